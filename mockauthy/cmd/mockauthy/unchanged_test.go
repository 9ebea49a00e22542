package main_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// page is the page whose lines are run.
const page = "../../../docs/unchanged-clients.md"

// details begins what every client of the page prints.
const details = `{"app":{"name":"Authy Docs"`

// TestUnchangedClients runs the lines of docs/unchanged-clients.md: programs of
// many languages that have Authy's address compiled in take the mock for Authy.
func TestUnchangedClients(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	sections := blocks(string(text))
	start := sections["The mock and its certificate"]
	if len(start) != 2 || !strings.HasPrefix(start[0], "mockauthy serve ") {
		t.Fatalf("want how to start the mock and how to get its certificate, got %q", start)
	}
	dir := workshop(t)
	mock := dir.serve(t, nil, strings.Fields(strings.ReplaceAll(start[0], "127.0.0.1:2885", "127.0.0.1:0"))[2:]...)
	ports := strings.NewReplacer("127.0.0.1:2885", mock.secure, "127.0.0.1:2884", mock.plain, "2884", mock.plain[strings.LastIndex(mock.plain, ":")+1:])
	if out, err := dir.sh(t, mock, start[1]); err != nil {
		t.Fatalf("%s: %v\n%s", start[1], err, out)
	}
	script, err := os.ReadFile("testdata/clients/authy-is-the-mock.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "```js\n"+string(script)+"```") {
		t.Error("the page does not show authy-is-the-mock.mjs as it is")
	}

	delete(sections, "The mock and its certificate")
	for section, needs := range map[string]struct {
		what string
		test string // a shell command that fails without it
	}{
		"curl":       {"curl", "curl --version"},
		"Go":         {"my-program", "test -x bin/my-program"},
		"Python":     {"python3 with the package requests", "python3 -c 'import requests'"},
		"Java":       {"java and keytool", "java -version && command -v keytool"},
		"Node.js":    {"node", "node --version"},
		"Node.js 24": {"node of version 24", "node -e 'process.exit(parseInt(process.versions.node) < 24)'"},
	} {
		t.Run(section, func(t *testing.T) {
			if len(sections[section]) == 0 {
				t.Fatal("the page has no lines for it")
			}
			if _, err := dir.sh(t, nil, needs.test); err != nil {
				t.Skipf("left out: this machine has no %s", needs.what)
			}
			for _, lines := range sections[section] {
				if out, err := dir.sh(t, mock, ports.Replace(lines)); err != nil || !strings.Contains(out, details) {
					t.Errorf("%s\n%v\n%s", lines, err, out)
				}
			}
		})
		delete(sections, section)
	}
	for section := range sections {
		t.Errorf("the page has lines for %s that no test runs", section)
	}
}

// blocks are the sh blocks of each section of a page.
func blocks(markdown string) map[string][]string {
	found := map[string][]string{}
	section, block, inside := "", "", false
	for line := range strings.Lines(markdown) {
		switch {
		case strings.HasPrefix(line, "## "):
			section = strings.TrimSpace(line[3:])
		case line == "```sh\n":
			block, inside = "", true
		case inside && line == "```\n":
			found[section], inside = append(found[section], block), false
		case inside:
			block += line
		}
	}
	return found
}

// TestGreeting runs the lines that the mock prints about unchanged clients.
func TestGreeting(t *testing.T) {
	t.Parallel()
	dir := workshop(t)
	mock := dir.serve(t, nil, "--tls-listen", "127.0.0.1:0")
	var lines []string
	for _, line := range strings.Split(mock.greeting, "\n") {
		if strings.Contains(line, "ca.pem") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	if len(lines) != 3 || !strings.Contains(lines[0], " ca ") || !strings.Contains(lines[1], "HTTPS_PROXY=") || !strings.Contains(lines[2], "curl ") {
		t.Fatalf("want three lines about unchanged clients:\n%s", mock.greeting)
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Log("left out: this machine has no curl")
		lines = lines[:2]
	}
	out, err := dir.sh(t, nil, strings.Join(lines, "\n"))
	if want := len(lines) - 1; err != nil || strings.Count(out, details) != want {
		t.Errorf("%s\n%v; want %d answers\n%s", strings.Join(lines, "\n"), err, want, out)
	}

	plain := dir.serve(t, nil).greeting
	if !strings.Contains(plain, "HTTPS_PROXY=") || strings.Contains(plain, "https://127") || strings.Contains(plain, "--connect-to") {
		t.Errorf("without HTTPS:\n%s", plain)
	}
}

// The authority stays the same after a restart if a file keeps it; a variable
// does for a flag.
func TestServeCA(t *testing.T) {
	t.Parallel()
	dir := workshop(t)
	ca := func(variables ...string) string {
		mock := dir.serve(t, variables)
		out, err := dir.sh(t, mock, "mockauthy ca")
		if err != nil || !strings.HasPrefix(out, "-----BEGIN CERTIFICATE-----\n") || strings.Contains(out, "PRIVATE") {
			t.Fatalf("%v\n%s", err, out)
		}
		mock.stop(t)
		return out
	}
	kept := []string{"MOCKAUTHY_CA=" + filepath.Join(string(dir), "kept.pem"), "MOCKAUTHY_TLS_LISTEN=127.0.0.1:0"}
	if first, second := ca(kept...), ca(kept...); first != second {
		t.Error("another authority after a restart")
	}
	if first, second := ca(), ca(); first == second {
		t.Error("the same authority after a restart that no file keeps")
	}
}

func TestServeErrors(t *testing.T) {
	t.Parallel()
	dir := workshop(t)
	taken := dir.serve(t, nil).plain
	if err := os.WriteFile(filepath.Join(string(dir), "bad.pem"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		lines string
		code  int
		want  string
	}{
		{"mockauthy serve --ca bad.pem", 2, "mockauthy: certificate authority: bad.pem: want a certificate and its private key, in PEM; remove the file to have a new one made\n"},
		{"mockauthy serve --ca none/ca.pem", 2, "mockauthy: certificate authority: open none/"},
		{"mockauthy serve --listen 127.0.0.1:0 --tls-listen " + taken, 1, "mockauthy: listen on " + taken + ": listen tcp " + taken + ": bind: address already in use (--tls-listen takes another address)\n"},
		{"mockauthy serve --listen " + taken, 1, "mockauthy: listen on " + taken + ": listen tcp " + taken + ": bind: address already in use (--listen takes another address)\n"},
		{"mockauthy ca --url http://127.0.0.1:1", 1, `mockauthy: control API: Get "http://127.0.0.1:1/mock/v1/ca": dial tcp 127.0.0.1:1: `},
		{"mockauthy ca --url nonsense", 2, `mockauthy: the mock's URL "nonsense": want http://HOST:PORT`},
		{"mockauthy ca x", 2, `mockauthy: unknown command "x" for "mockauthy ca"`},
	} {
		out, err := dir.sh(t, nil, test.lines)
		exit, _ := errors.AsType[*exec.ExitError](err)
		if exit == nil || exit.ExitCode() != test.code || !strings.HasPrefix(out, test.want) {
			t.Errorf("%s\n got %v: %s\nwant %d: %s", test.lines, err, out, test.code, test.want)
		}
	}
}

// TestREADMEHasTheFlags holds the README's table to the flags of serve.
func TestREADMEHasTheFlags(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	help, err := workshop(t).sh(t, nil, "mockauthy serve --help")
	if err != nil {
		t.Fatal(err)
	}
	var flags, rows []string
	for _, match := range regexp.MustCompile(`(?m)^ +(?:-\w, )?--([a-z-]+)`).FindAllStringSubmatch(help, -1) {
		if name := match[1]; name != "help" {
			flags = append(flags, name+" MOCKAUTHY_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_")))
		}
	}
	for _, match := range regexp.MustCompile("(?m)^\\| `--([a-z-]+)` \\| `([A-Z_]+)` \\|").FindAllStringSubmatch(string(readme), -1) {
		rows = append(rows, match[1]+" "+match[2])
	}
	if len(flags) < 3 {
		t.Fatalf("only the flags %s in\n%s", strconv.Quote(strings.Join(flags, ", ")), help)
	}
	for _, flag := range flags {
		if !strings.Contains(strings.Join(rows, "\n")+"\n", flag+"\n") {
			t.Errorf("the README has no row for %s", flag)
		}
	}
	if len(rows) != len(flags) {
		t.Errorf("the README has the rows\n%s\nfor the flags\n%s", strings.Join(rows, "\n"), strings.Join(flags, "\n"))
	}
}
