package hooks_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestNoOtherPackages holds the wall: the standard library and nothing else.
func TestNoOtherPackages(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	commands, err := filepath.Glob("cmd/*/*.go")
	if err != nil || len(commands) < 3 {
		t.Fatalf("%d commands, %v", len(commands), err)
	}
	inner, err := filepath.Glob("internal/*/*.go")
	if err != nil || len(inner) == 0 {
		t.Fatalf("%d files, %v", len(inner), err)
	}
	for _, file := range slices.Concat(files, commands, inner) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(source), "\n"); lines >= 300 {
			t.Errorf("%s has %d lines", file, lines)
		}
		// Whether net/http has something to log is a matter of microseconds, so
		// that no run of a program shows reliably that it is kept quiet.
		if filepath.Base(file) == "main.go" && !strings.Contains(string(source), "\tlog.SetOutput(io.Discard)\n") {
			t.Errorf("%s lets net/http write to standard error", file)
		}
		for _, path := range imports(t, file, source) {
			if strings.Contains(path, ".") && !isOurs(path) && !allowed(file, path) {
				t.Errorf("%s imports %s", file, path)
			}
		}
	}
}

// isOurs reports whether a package is behind the wall.
func isOurs(path string) bool {
	const ours = "github.com/sftpgo-authy/sftpgo-authy/hooks"
	return path == ours || strings.HasPrefix(path, ours+"/")
}

// allowed reports whether hookd, which SFTPGo does not start for each login, may
// import the path all the same.
func allowed(file, path string) bool {
	if !strings.HasPrefix(file, filepath.Join("cmd", "hookd")) {
		return false
	}
	return strings.HasPrefix(path, "github.com/prometheus/client_golang/") || path == "golang.org/x/crypto/x509roots/fallback" ||
		strings.HasSuffix(file, "_test.go") && (path == "go.uber.org/goleak" || path == "github.com/google/go-cmp/cmp")
}

// imports returns the paths that a Go file imports.
func imports(t *testing.T, name string, source []byte) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}
