package build_test

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

func TestArchive(t *testing.T) {
	t.Parallel()
	archive, err := build.Archive(
		build.File{Path: "/var/state/", Mode: 0o700, Owner: 1000},
		build.File{Path: "/etc/secret", Content: []byte("secret"), Mode: 0o400, Owner: 1000},
		build.File{Path: "Dockerfile", Content: []byte("FROM scratch"), Mode: 0o644},
	)
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(archive)
	for _, want := range []struct {
		name, content string
		kind          byte
		mode          int64
		owner         int
	}{
		{"var/state/", "", tar.TypeDir, 0o700, 1000},
		{"etc/secret", "secret", tar.TypeReg, 0o400, 1000},
		{"Dockerfile", "FROM scratch", tar.TypeReg, 0o644, 0},
	} {
		header, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if header.Name != want.name || string(content) != want.content || header.Typeflag != want.kind ||
			header.Mode != want.mode || header.Uid != want.owner || header.Gid != want.owner {
			t.Errorf("got %+v with %q, want %+v", header, content, want)
		}
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last file: %v", err)
	}
}

// TestFailures holds that errors name what could not be made, and that nothing
// is left behind.
func TestFailures(t *testing.T) {
	t.Parallel()
	programs, err := build.New(t.Context(), "mockauthy/cmd/nonsense")
	if err == nil || !strings.Contains(err.Error(), "mockauthy/cmd/nonsense") {
		t.Errorf("a package that is not there: %v", err)
	}
	if _, err := programs.Image("Dockerfile", "nonsense"); err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("a program that is not there: %v", err)
	}
	if _, err := programs.Image("Dockerfile.nonsense", "mockauthy"); err == nil || !strings.Contains(err.Error(), "Dockerfile.nonsense") {
		t.Errorf("a Dockerfile that is not there: %v", err)
	}
	if err := programs.Remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(programs.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left behind: %v", programs.Dir, err)
	}
}
