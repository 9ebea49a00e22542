package main

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// TestREADMEShowsEveryFlag holds the README's table to the flags of serve and
// their environment twins.
func TestREADMEShowsEveryFlag(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(readme)) {
		if strings.HasPrefix(line, "| `--") {
			rows++
		}
	}
	flags := 0
	serveCommand("mockauthy").Flags().VisitAll(func(f *pflag.Flag) {
		flags++
		if row := "| `--" + f.Name + "` | `" + variable(f.Name) + "` | "; !strings.Contains(string(readme), row) {
			t.Errorf("README.md has no row %s", row)
		}
	})
	if rows != flags {
		t.Errorf("README.md has %d rows of flags, serve has %d flags", rows, flags)
	}
}
