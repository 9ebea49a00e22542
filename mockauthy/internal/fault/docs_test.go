package fault_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/fault"
)

// docs/faults.md tells of every fault and every magic user.
func TestDocs(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, k := range fault.Catalogue() {
		takes := k.Takes
		if k.Name == "delay" {
			takes = []string{"delay"}
		}
		var names []string
		for _, name := range takes {
			names = append(names, "`"+name+"`")
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |\n", k.Name, k.Does, strings.Join(names, ", ")))
	}
	for _, m := range fault.MagicUsers() {
		rows = append(rows, fmt.Sprintf("| `%s-%s` | `%s`", m.Ending[:3], m.Ending[3:], m.Name))
	}
	for _, row := range rows {
		if !strings.Contains(string(text), row) {
			t.Errorf("docs/faults.md has no row %q", row)
		}
	}
}
