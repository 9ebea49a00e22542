package live

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// executable is the head of an ELF file, with one segment.
func executable(t *testing.T, machine elf.Machine, segment elf.ProgType) []byte {
	t.Helper()
	var file bytes.Buffer
	head := elf.Header64{
		Type: uint16(elf.ET_EXEC), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT),
		Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1, Shentsize: 64,
	}
	copy(head.Ident[:], "\x7fELF\x02\x01\x01")
	for _, part := range []any{head, elf.Prog64{Type: uint32(segment)}} {
		if err := binary.Write(&file, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	return file.Bytes()
}

func TestInspect(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		content []byte
		want    linking
		wrong   string
	}{
		"script":               {[]byte("#!/bin/sh\nexit 0\n"), script, ""},
		"static":               {executable(t, elf.EM_X86_64, elf.PT_LOAD), static, ""},
		"dynamic":              {executable(t, elf.EM_X86_64, elf.PT_INTERP), dynamic, ""},
		"another architecture": {executable(t, elf.EM_AARCH64, elf.PT_LOAD), 0, "want a program for linux/amd64, and it is one for EM_AARCH64"},
		"another system":       {[]byte("\xcf\xfa\xed\xfe"), 0, "want a script that begins with #!, or a program for linux/amd64"},
		"nothing":              {nil, 0, "want a script"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := inspect(test.content, "amd64")
			if got != test.want || (err == nil) != (test.wrong == "") || err != nil && !strings.Contains(err.Error(), test.wrong) {
				t.Errorf("%d, %v; want %d, %s", got, err, test.want, test.wrong)
			}
		})
	}
	if _, err := inspect(executable(t, elf.EM_MIPS, elf.PT_LOAD), "mips64le"); err != nil {
		t.Errorf("an architecture that the table has not: %v", err)
	}
}

func TestMockProgram(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	put := func(name string, content []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	d := &Driver{options: Options{MockProgram: put("static", executable(t, elf.EM_X86_64, elf.PT_LOAD))}}
	if f, err := d.mockProgram("amd64"); err != nil || f.Path != "/opt/hookcheck/mock/static" || f.Mode != 0o755 {
		t.Errorf("%s, %o, %v", f.Path, f.Mode, err)
	}
	for name, content := range map[string][]byte{"dynamic": executable(t, elf.EM_X86_64, elf.PT_INTERP), "script": []byte("#!/bin/sh\n")} {
		d.options.MockProgram = put(name, content)
		if _, err := d.mockProgram("amd64"); err == nil || !strings.Contains(err.Error(), "CGO_ENABLED=0 GOOS=linux GOARCH=amd64") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMoreFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	config := filepath.Join(folder, "hook.conf")
	if err := os.WriteFile(config, []byte("KEY=value\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	d := &Driver{options: Options{Files: []string{config}}}
	got, err := d.moreFiles()
	want := []build.File{{Path: config, Content: []byte("KEY=value\n"), Mode: 0o640}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, name := range []string{"programs_test.go", folder, filepath.Join(folder, "missing")} {
		d.options.Files = []string{name}
		if got, err := d.moreFiles(); err == nil {
			t.Errorf("%s: %v, want an error", name, got)
		}
	}
}

// What is wrong with a hook is said before Docker is asked for anything.
func TestStartChecksTheHook(t *testing.T) {
	t.Setenv("DOCKER_HOST", "unix://"+filepath.Join(t.TempDir(), "docker.sock"))
	for wrong, hook := range map[string]driver.Hook{
		"kind":          {},
		"Docker engine": {Kind: driver.CheckPassword, URL: "http://127.0.0.1:9000/", APIKey: "key", Users: []driver.Person{{Username: "alice", AuthyID: 1}}},
	} {
		if d, err := Start(t.Context(), hook, Options{Image: "no/such-image:v0"}); d != nil || err == nil || !strings.Contains(err.Error(), wrong) {
			t.Errorf("%v, %v; want an error about the %s", d, err, wrong)
		}
	}
}
