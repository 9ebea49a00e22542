package stack_test

import (
	"os"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
)

// TestComposeExample holds that the example is YAML, and for the release of
// SFTPGo that the scenarios run on.
func TestComposeExample(t *testing.T) {
	text, err := os.ReadFile("../../hooks/deploy/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var example struct {
		Services map[string]struct {
			Image       string
			NetworkMode string            `yaml:"network_mode"`
			Environment map[string]string // a number or a truth value is refused
		}
	}
	if err := yaml.Load(text, &example); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SFTPGO_IMAGE", "")
	if got := example.Services["sftpgo"].Image; got != preflight.Image() {
		t.Errorf("SFTPGo is %s, the scenarios run on %s", got, preflight.Image())
	}
	// On another network it would not start, without TLS.
	if got := example.Services["hookd"]; got.NetworkMode != "service:sftpgo" || got.Environment["HOOKD_LISTEN"] != "" {
		t.Errorf("hookd: %+v", got)
	}
	for _, program := range []string{"mockauthy", "hookd"} {
		if got := example.Services[program].Image; got != "sftpgo-authy/"+program {
			t.Errorf("%s is %s, which make image does not build", program, got)
		}
	}
}
