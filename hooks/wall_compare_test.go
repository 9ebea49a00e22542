package hooks_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecretsComparedInConstantTime is promises, row 18, by construction: what a
// secret holds is compared by crypto/subtle or, with == and !=, with a constant
// that is none.
func TestSecretsComparedInConstantTime(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	subtle := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range comparedSecrets(t, source) {
			t.Errorf("%s:%s", file, bad)
		}
		subtle += strings.Count(string(source), "subtle.ConstantTimeCompare(")
	}
	if subtle == 0 {
		t.Error("nothing is compared in constant time")
	}
	// The rule can tell.
	for code, want := range map[string]int{
		`a.Reveal() == ""`: 0, `"OK" != a.Reveal()`: 0, `(a.Reveal() == "") == b`: 0, `len(a.Reveal()) == 7`: 0,
		`a.Reveal() == b`: 1, `x != s.code(7)`: 1, `strings.EqualFold(a.Reveal(), b)`: 1, `bytes.Equal(x, []byte(s.code(1)))`: 1,
	} {
		if got := comparedSecrets(t, []byte("package x\nvar _ = "+code)); len(got) != want {
			t.Errorf("%s: %q", code, got)
		}
	}
}

// comparedSecrets returns the places where a secret is compared as any text is.
func comparedSecrets(t *testing.T, source []byte) (places []string) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	tell := func(n ast.Node, what string) {
		places = append(places, strings.TrimPrefix(set.Position(n.Pos()).String(), ":")+": "+what)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op != token.EQL && n.Op != token.NEQ {
				return true
			}
			for _, pair := range [][2]ast.Expr{{n.X, n.Y}, {n.Y, n.X}} {
				if _, constant := pair[1].(*ast.BasicLit); isSecret(pair[0]) && !constant {
					tell(n, "a secret is compared by "+n.Op.String())
				}
			}
		case *ast.CallExpr:
			name := calledName(n)
			if name == "EqualFold" || name == "Equal" || name == "Compare" || name == "HasPrefix" && len(n.Args) == 2 && isSecret(n.Args[1]) {
				for _, argument := range n.Args {
					if isSecret(argument) {
						tell(n, "a secret is compared by "+name)
					}
				}
			}
		}
		return true
	})
	return places
}

// isSecret reports whether an expression hands out what is in a Secret, or the
// right token, itself or as bytes.
func isSecret(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	if _, conversion := call.Fun.(*ast.ArrayType); conversion {
		return isSecret(call.Args[0])
	}
	name := calledName(call)
	return name == "Reveal" || name == "code"
}

func calledName(call *ast.CallExpr) string {
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
		return selector.Sel.Name
	}
	return ""
}
