package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	for _, test := range []struct {
		code int
		line string
	}{
		{1, "left out: the page in a real browser, because no browser is found (chromium, chromium-browser, google-chrome, google-chrome-stable, headless-shell); apt-get install chromium\n"},
		{0, "included: the page in a real browser, " + filepath.Join(dir, "google-chrome") + "\n"},
	} {
		var stdout strings.Builder
		if code := run(&stdout); code != test.code || stdout.String() != test.line {
			t.Errorf("%d %q, want %d %q", code, stdout.String(), test.code, test.line)
		}
		if err := os.WriteFile(filepath.Join(dir, "google-chrome"), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
