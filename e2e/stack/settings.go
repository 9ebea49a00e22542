package stack

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// settingsFiles are SFTPGo's settings for each hook, and filters of its users,
// as the documents show them.
//
//go:embed settings
var settingsFiles embed.FS

// Settings are SFTPGo's settings for the hook as a program, as the lines of an
// env file.
func (h Hook) Settings() ([]byte, error) {
	return settingsFile(string(h) + ".env")
}

// JSONSettings are the same for SFTPGo's configuration file: the sections and
// settings that change in it.
func (h Hook) JSONSettings() ([]byte, error) {
	return settingsFile(string(h) + ".json")
}

// SettingsOverHTTP are SFTPGo's settings for the hook in hookd, as the lines of
// an env file.
func (h Hook) SettingsOverHTTP() ([]byte, error) {
	return settingsFile(string(h) + "_over_http.env")
}

// JSONSettingsOverHTTP are the same for SFTPGo's configuration file.
func (h Hook) JSONSettingsOverHTTP() ([]byte, error) {
	return settingsFile(string(h) + "_over_http.json")
}

// Filters are settings of an SFTPGo user.
type Filters string

// The filters that the documents show.
const (
	// SSHWithoutKeys leaves keyboard-interactive and passwords over SSH.
	SSHWithoutKeys Filters = "user_filters"
	// KeyAndKeyboard wants a key first, and keyboard-interactive then.
	KeyAndKeyboard Filters = "user_key_and_token"
)

// JSON is how the filters are written in a user of SFTPGo's REST API.
func (f Filters) JSON() ([]byte, error) {
	return settingsFile(string(f) + ".json")
}

// Map is what a user's filters are set to.
func (f Filters) Map() (map[string]any, error) {
	file, err := f.JSON()
	if err != nil {
		return nil, err
	}
	var filters map[string]any
	if err := json.Unmarshal(file, &filters); err != nil {
		return nil, fmt.Errorf("filters %s: %w", f, err)
	}
	return filters, nil
}

func settingsFile(name string) ([]byte, error) {
	content, err := settingsFiles.ReadFile("settings/" + name)
	if err != nil {
		return nil, fmt.Errorf("settings of SFTPGo: %w", err)
	}
	return content, nil
}

// settings give a server the settings of its hook.
func (setup Setup) settings() (testcontainers.ContainerCustomizer, error) {
	if setup.OnLoopback && setup.JSON {
		return nil, errors.New("hookd on loopback: its settings are lines for the environment")
	}
	read, use := setup.Hook.Settings, inEnvironment
	switch {
	case setup.OverHTTP && setup.JSON:
		read, use = setup.Hook.JSONSettingsOverHTTP, inFile
	case setup.OverHTTP:
		read = setup.Hook.SettingsOverHTTP
	case setup.JSON:
		read, use = setup.Hook.JSONSettings, inFile
	}
	content, err := read()
	if err != nil {
		return nil, err
	}
	if setup.OverHTTP {
		content = setup.asking(content)
	}
	return use(content), nil
}

func inEnvironment(lines []byte) testcontainers.ContainerCustomizer {
	return testcontainers.WithEnv(environment(lines))
}

func inFile(object []byte) testcontainers.ContainerCustomizer { return sftpgo.WithConfig(object) }

// environment reads the lines of an env file.
func environment(lines []byte) map[string]string {
	env := map[string]string{}
	for line := range strings.Lines(string(lines)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(name, "#") {
			env[name] = value
		}
	}
	return env
}
