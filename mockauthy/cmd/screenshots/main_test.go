package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/browser"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// The pictures are made, and small enough for a README.
func TestRun(t *testing.T) {
	browser.Require(t)
	dir := t.TempDir()
	var stdout, stderr strings.Builder
	if code := run(t.Context(), []string{"screenshots", dir}, &stdout, &stderr); code != 0 {
		t.Fatalf("%d: %s", code, &stderr)
	}
	for _, p := range pictures() {
		raw, err := os.ReadFile(filepath.Join(dir, p.name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		config, err := png.DecodeConfig(bytes.NewReader(raw))
		if err != nil || int64(config.Width) != p.window.Width || len(raw) > 60_000 {
			t.Errorf("%s: %d wide, %d bytes: %v", p.name, config.Width, len(raw), err)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	var stdout, stderr strings.Builder
	if code := run(t.Context(), []string{"screenshots"}, &stdout, &stderr); code != 2 || stderr.String() != "usage: screenshots DIRECTORY\n" {
		t.Errorf("%d %s", code, &stderr)
	}
}
