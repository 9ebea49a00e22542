package preflight_test

import (
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
)

func TestImage(t *testing.T) {
	t.Setenv(preflight.ImageVariable, "")
	if got := preflight.Image(); got != preflight.DefaultImage {
		t.Errorf("got %s, want the default", got)
	}
	t.Setenv(preflight.ImageVariable, "drakkan/sftpgo:v2.6.6")
	if got := preflight.Image(); got != "drakkan/sftpgo:v2.6.6" {
		t.Errorf("got %s, want what the variable says", got)
	}
}
