package doors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Settings are those of an SFTPGo server, by the name that SFTPGo gives them in
// its environment, without the SFTPGO_ in front: SFTPD__PASSWORD_AUTHENTICATION.
// The zero value is a server with SFTPGo's own defaults. What is added later
// wins: SFTPGo's environment wins over its configuration file.
type Settings struct {
	values map[string]string
	lists  map[string][]string
}

// prefix of SFTPGo's environment variables.
const prefix = "SFTPGO_"

// AddJSON adds a configuration file of SFTPGo, sftpgo.json.
func (s *Settings) AddJSON(file string, data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var tree map[string]any
	if err := decoder.Decode(&tree); err != nil {
		// The text of the error may quote from a file full of secrets.
		return fmt.Errorf("%s: expected SFTPGo's configuration as one JSON object", file)
	}
	s.addTree("", tree)
	return nil
}

func (s *Settings) addTree(name string, tree any) {
	switch tree := tree.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(tree)) {
			below := strings.ToUpper(key)
			if name != "" {
				below = name + "__" + below
			}
			s.addTree(below, tree[key])
		}
	case []any:
		var list []string
		for i, item := range tree {
			s.addTree(name+"__"+strconv.Itoa(i), item)
			if text, ok := item.(string); ok {
				list = append(list, text)
			}
		}
		s.set(name, strings.Join(list, ","), list)
	case nil:
	default:
		text := fmt.Sprint(tree)
		s.set(name, text, []string{text})
	}
}

func (s *Settings) set(name, value string, list []string) {
	if s.values == nil {
		s.values, s.lists = make(map[string]string), make(map[string][]string)
	}
	s.values[name], s.lists[name] = value, list
}

// AddEnvFile adds lines SFTPGO_...=value, as in SFTPGo's env.d, in an
// EnvironmentFile of systemd or an env_file of Docker. Other variables are left
// out.
func (s *Settings) AddEnvFile(file string, data []byte) error {
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "export "))
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return fmt.Errorf("%s:%d: %w", file, number, errors.New("expected NAME=value"))
		}
		s.addVariable(strings.TrimSpace(name), unquote(strings.TrimSpace(value)))
	}
	return nil
}

// AddEnviron adds the variables of an environment, in the form of [os.Environ].
func (s *Settings) AddEnviron(environ []string) {
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok {
			s.addVariable(name, value)
		}
	}
}

func (s *Settings) addVariable(name, value string) {
	name, ok := strings.CutPrefix(name, prefix)
	// What SFTPGo hands to a hook for one login is no setting.
	if !ok || strings.HasPrefix(name, "AUTHD_") {
		return
	}
	var list []string
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	s.set(name, value, list)
}

func unquote(value string) string {
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		return value[1 : n-1]
	}
	return value
}

// IsEmpty reports whether nothing was added.
func (s *Settings) IsEmpty() bool { return len(s.values) == 0 }

func (s *Settings) text(name string) string { return s.values[name] }

func (s *Settings) has(name string) bool {
	_, ok := s.values[name]
	return ok
}

// number is a setting that is a number, or what SFTPGo takes by default.
func (s *Settings) number(name string, byDefault int) int {
	n, err := strconv.Atoi(strings.TrimSpace(s.values[name]))
	if err != nil {
		return byDefault
	}
	return n
}

func (s *Settings) boolean(name string, byDefault bool) bool {
	b, err := strconv.ParseBool(strings.TrimSpace(s.values[name]))
	if err != nil {
		return byDefault
	}
	return b
}

// indices returns the numbers under which a list such as FTPD__BINDINGS has
// entries; the first entry is always there.
func (s *Settings) indices(list string) []int {
	found := map[int]bool{0: true}
	for name := range s.values {
		rest, ok := strings.CutPrefix(name, list+"__")
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, "__")
		if n, err := strconv.Atoi(number); err == nil && n >= 0 {
			found[n] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}
