package live

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// sections are settings of SFTPGo's configuration file, by its sections.
type sections map[string]map[string]any

// hookSettings are those that our documents recommend for a hook of the kind, so
// that there is no way around it. Target is the path of its program, or its URL.
func hookSettings(kind driver.Kind, target string) sections {
	switch kind {
	case driver.KeyboardInteractive:
		return sections{"sftpd": {
			"keyboard_interactive_authentication": true,
			"keyboard_interactive_auth_hook":      target,
			"password_authentication":             false,
		}}
	case driver.ExternalAuth:
		// Passwords and keyboard-interactive.
		return sections{"data_provider": {"external_auth_hook": target, "external_auth_scope": 5}}
	default:
		// Every protocol.
		return sections{"data_provider": {"check_password_hook": target, "check_password_scope": 0}}
	}
}

// programSettings set a program up that is at the path in the container. They go
// into the configuration file: a list in a variable of the environment is cut at
// each comma.
func programSettings(hook driver.Hook, path string, env []string, timeout time.Duration) ([]byte, error) {
	all := hookSettings(hook.Kind, path)
	command := map[string]any{"env": env}
	if len(hook.Args) > 0 {
		command["commands"] = []map[string]any{{"path": path, "args": hook.Args}}
	}
	all["command"] = command
	return all.json("command", timeout)
}

// serviceSettings set a hook over HTTP up, whose files are those of [tlsFiles].
func serviceSettings(hook driver.Hook, timeout time.Duration) ([]byte, error) {
	all := hookSettings(hook.Kind, hook.URL)
	headers := []map[string]string{}
	for name, values := range hook.Header {
		if len(values) != 1 {
			return nil, fmt.Errorf("header %s: want one value, as SFTPGo sends one only", name)
		}
		headers = append(headers, map[string]string{"key": name, "value": values[0], "url": hook.URL})
	}
	all["http"] = map[string]any{"headers": headers}
	if hook.TLS.CA != "" {
		all["http"]["ca_certificates"] = []string{hookCAPath}
	}
	if hook.TLS.Cert != "" {
		all["http"]["certificates"] = []map[string]string{{"cert": clientCertPath, "key": clientKeyPath}}
	}
	return all.json("http", timeout)
}

// json writes the settings down, with the time that the section gives to a hook.
func (s sections) json(section string, timeout time.Duration) ([]byte, error) {
	if timeout%time.Second != 0 {
		return nil, fmt.Errorf("timeout %s: want whole seconds, as SFTPGo does", timeout)
	}
	if timeout != 0 {
		s[section]["timeout"] = int(timeout.Seconds())
	}
	return json.Marshal(s)
}
