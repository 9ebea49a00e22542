package hooks

import (
	"errors"
	"fmt"
	"strings"
)

// configLine is the value given to a variable in a configuration file.
type configLine struct {
	value  string
	number int
}

// readConfigFile returns the variables that the configuration file sets.
func readConfigFile(table []Variable, file string) (map[string]configLine, error) {
	data, err := readFile(file, maxConfigFileBytes)
	if err != nil {
		return nil, err
	}
	lines, err := parseConfigFile(table, file, data)
	if err != nil {
		return nil, err
	}
	for _, variable := range table {
		if _, ok := lines[variable.Name]; ok && variable.secret {
			if err := requirePrivate(file, "API key"); err != nil {
				return nil, err
			}
		}
	}
	return lines, nil
}

// parseConfigFile reads lines NAME=value. Spaces around name and value are
// trimmed; blank lines and lines that start with # are skipped.
func parseConfigFile(table []Variable, file string, data []byte) (map[string]configLine, error) {
	if err := checkText(data); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	lines := make(map[string]configLine)
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, err := parseConfigLine(table, line)
		if err == nil && lines[name].number != 0 {
			err = fmt.Errorf("%s is already set in line %d", name, lines[name].number)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, number, err)
		}
		lines[name] = configLine{value: value, number: number}
	}
	return lines, nil
}

// isPrintableName says whether an unknown name may be repeated in an error: it is
// like those of the variables. Anything else may be an API key on a line of its
// own. (A regular expression would be compiled at each start of a program.)
func isPrintableName(name string) bool {
	const longest = 38
	rest, ok := strings.CutPrefix(name, "AUTHY_")
	if !ok {
		rest, ok = strings.CutPrefix(name, "HOOKD_")
	}
	return ok && rest != "" && len(name) <= longest && strings.Trim(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

func parseConfigLine(table []Variable, line string) (name, value string, err error) {
	name, value, ok := strings.Cut(line, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	switch {
	case ok && name == configFileVariable:
		return "", "", fmt.Errorf("%s can only be set in the environment", name)
	case ok && isKnown(table, name):
		return name, value, nil
	case ok && isPrintableName(name):
		return "", "", fmt.Errorf("%s: unknown variable; known are %s", name, names(table))
	default:
		return "", "", errors.New("expected NAME=value with a name such as AUTHY_API_URL")
	}
}
