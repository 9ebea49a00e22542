package sftpgo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// TestWrongOptions holds that nothing is started with an option that SFTPGo would
// ignore or take for something else, and that the error tells which.
func TestWrongOptions(t *testing.T) {
	t.Parallel()
	script := sftpgo.Program([]byte("#!/bin/sh\n"))
	for name, test := range map[string]struct {
		option sftpgo.Option
		says   string
	}{
		"no hook":                           {sftpgo.WithKeyboardInteractiveHook(sftpgo.Hook{}), "WithKeyboardInteractiveHook: want a Program or a URL"},
		"an empty program":                  {sftpgo.WithKeyboardInteractiveHook(sftpgo.Program(nil)), "want a Program or a URL"},
		"a program for another system":      {sftpgo.WithCheckPasswordHook(sftpgo.Program([]byte("MZ")), 0), "WithCheckPasswordHook: want a program for Linux"},
		"an address without a scheme":       {sftpgo.WithExternalAuthHook(sftpgo.URL("hook:9000"), 0), `WithExternalAuthHook: the URL "hook:9000"`},
		"an address without a host":         {sftpgo.WithExternalAuthHook(sftpgo.URL("https:///auth"), 0), "want http:// or https:// and a host"},
		"a scope that means all":            {sftpgo.WithExternalAuthHook(script, 16), "the scope 16: want 0 to 15"},
		"a scope below all":                 {sftpgo.WithExternalAuthHook(script, -1), "the scope -1: want 0 to 15"},
		"a bit that the web has not":        {sftpgo.WithCheckPasswordHook(script, 8), "the scope 8: want 0 to 7"},
		"a comma in a value":                {sftpgo.WithHookEnv(map[string]string{"A": "1,2"}), `WithHookEnv: the variable "A"`},
		"half a second":                     {sftpgo.WithHookTimeout(500 * time.Millisecond), "WithHookTimeout: 500ms"},
		"more than SFTPGo takes":            {sftpgo.WithHookTimeout(301 * time.Second), "from 1s to 5m0s"},
		"a fraction of a second":            {sftpgo.WithHookTimeout(1500 * time.Millisecond), "whole seconds"},
		"no certificate":                    {sftpgo.WithHookCA([]byte("x")), "WithHookCA: want a certificate in PEM"},
		"a path that is relative":           {sftpgo.WithFile("hook", nil, 0o755), `WithFile: want an absolute path, got "hook"`},
		"a user without a name":             {sftpgo.WithUsers(sftpgo.User{}), "WithUsers: a user without a name"},
		"no port":                           {sftpgo.WithSSHPort("0"), "WithSSHPort"},
		"a configuration that is no object": {sftpgo.WithConfig([]byte(`[]`)), "WithConfig: want a JSON object"},
	} {
		server, err := sftpgo.Run(t.Context(), "drakkan/sftpgo:v2.7.5", test.option)
		testcontainers.CleanupContainer(t, server)
		if server != nil || err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, %v, want %q", name, server, err, test.says)
		}
	}
	if _, err := sftpgo.Run(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "no image") {
		t.Errorf("no image: %v", err)
	}
}
