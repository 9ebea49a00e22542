package hooks_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestPromisesAreHeld holds docs/promises.md to the tests: each row is held by
// something, or marked as open, and what it names exists.
func TestPromisesAreHeld(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/promises.md")
	if err != nil {
		t.Fatal(err)
	}
	promises, held, ok := strings.Cut(string(text), "\n## What holds each row\n")
	if !ok {
		t.Fatal("docs/promises.md does not say what holds each row")
	}
	promises, _, _ = strings.Cut(promises, "\n## Rules they come from\n")
	there := testsAndScenarios(t)
	row := regexp.MustCompile(`(?m)^\| (\d+) \|(.*)\|$`)
	name := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`|\"([^\"]+)\"")
	made := row.FindAllStringSubmatch(promises, -1)
	kept := row.FindAllStringSubmatch(held, -1)
	if len(made) < 33 || len(kept) != len(made) {
		t.Fatalf("%d rows promise something, %d say what holds it", len(made), len(kept))
	}
	for i, fields := range kept {
		if fields[1] != strconv.Itoa(i+1) || made[i][1] != fields[1] {
			t.Errorf("row %s stands where %d should", fields[1], i+1)
		}
		names := name.FindAllStringSubmatch(fields[2], -1)
		if len(names) == 0 && !strings.Contains(fields[2], "*open*") {
			t.Errorf("row %s is held by nothing and not marked as open", fields[1])
		}
		for _, n := range names {
			if !there[n[1]+n[2]] {
				t.Errorf("row %s: there is no %q", fields[1], n[1]+n[2])
			}
		}
	}
}

// testsAndScenarios returns the names of all tests, fuzz tests and scenarios of
// the repository.
func testsAndScenarios(t *testing.T) map[string]bool {
	t.Helper()
	there := make(map[string]bool)
	definition := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(|^ *Scenario(?: Outline)?: (.+)$`)
	for _, root := range []string{".", "../mockauthy", "../features", "../e2e"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") && !strings.HasSuffix(path, ".feature") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, found := range definition.FindAllStringSubmatch(string(source), -1) {
				there[found[1]+strings.TrimSpace(found[2])] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return there
}
