package mockauthy

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxSeed is the largest seed file that is read, in bytes.
const maxSeed = 64 << 20

// errNoApplications is the error about a seed file that makes none.
var errNoApplications = errors.New("no applications: want a list of them below the key applications")

// seed is a seed file.
type seed struct {
	Applications []Application `yaml:"applications"`
}

// LoadSeed reads the applications of a seed file, a YAML document such as
//
//	applications:
//	  - name: Example
//	    api_key: d57d919d11e6b221c9bf6f7c882028f9
//	    users:
//	      - authy_id: 1001
//	        email: alice@example.com
//	        cellphone: 201-555-0123
//	        country_code: 1
//	        secret: JBSWY3DPEHPK3PXP
//
// with the keys of [Application], [Tokens] and [User]. An error names the file,
// the line and what was expected; a key that is not known is one.
func LoadSeed(file string) ([]Application, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("mockauthy: seed file: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSeed+1))
	if err != nil {
		return nil, fmt.Errorf("mockauthy: seed file: %w", err)
	}
	if len(text) > maxSeed {
		return nil, fmt.Errorf("mockauthy: seed file %s: larger than %d MiB", file, maxSeed>>20)
	}
	return parseSeed(file, text)
}

// parseSeed reads a seed file that was loaded already. Its name is for errors.
func parseSeed(file string, text []byte) ([]Application, error) {
	var s seed
	if err := yaml.Load(text, &s, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("mockauthy: %s", explain(file, err))
	}
	if len(s.Applications) == 0 {
		return nil, fmt.Errorf("mockauthy: seed file %s: %w", file, errNoApplications)
	}
	for i := range s.Applications {
		s.Applications[i].at.file = file
		for j := range s.Applications[i].Users {
			s.Applications[i].Users[j].at.file = file
		}
	}
	// What the mock would refuse later is refused here, where the line is known.
	if _, err := New(WithApplications(s.Applications...)); err != nil {
		return nil, err
	}
	return s.Applications, nil
}

// UnmarshalYAML reads an application of a seed file, and keeps its line.
func (a *Application) UnmarshalYAML(node *yaml.Node) error {
	type plain Application // without this method
	if err := loadStrictly(node, (*plain)(a)); err != nil {
		return err
	}
	a.at.line = node.Line
	return nil
}

// UnmarshalYAML reads a user of a seed file, and keeps its line.
func (u *User) UnmarshalYAML(node *yaml.Node) error {
	type plain User // without this method
	if err := loadStrictly(node, (*plain)(u)); err != nil {
		return err
	}
	u.at.line = node.Line
	return nil
}

// loadStrictly refuses keys that are not known: the option of the whole
// document does not reach into an UnmarshalYAML.
func loadStrictly(node *yaml.Node, into any) error {
	if node.Kind != yaml.MappingNode {
		return errors.New("want keys and values")
	}
	return node.Load(into, yaml.WithKnownFields())
}

var (
	unknownKey = regexp.MustCompile(`^field (.*) not found in type \S+$`)
	wrongType  = regexp.MustCompile("^cannot construct !!\\S+ (?:`(.*)` )?into (\\S+)$")
)

// explain says in the words of a seed file what the YAML library says in those
// of Go, one line for each error.
func explain(file string, err error) string {
	var all *yaml.LoadErrors
	if !errors.As(err, &all) {
		var one *yaml.LoadError
		if !errors.As(err, &one) {
			return "seed file " + file + ": " + err.Error()
		}
		all = &yaml.LoadErrors{Errors: []*yaml.LoadError{one}}
	}
	var lines []string
	for _, e := range all.Errors {
		at := position{file: file, line: e.Mark.Line}.prefix()
		if at == "" {
			at = "seed file " + file + ": "
		}
		lines = append(lines, at+explainOne(strings.TrimPrefix(e.Message, "yaml: ")))
	}
	return strings.Join(lines, "\n")
}

func explainOne(message string) string {
	if message == "no documents in stream" {
		return errNoApplications.Error()
	}
	if part := unknownKey.FindStringSubmatch(message); part != nil {
		return fmt.Sprintf("the key %s is not known", part[1])
	}
	part := wrongType.FindStringSubmatch(message)
	if part == nil {
		return message
	}
	want := map[string]string{
		"int": "a whole number", "*int": "a whole number", "int64": "a whole number",
		"time.Duration": "a duration such as 10s",
		"bool":          "true or false",
		"string":        "a text",
	}[part[2]]
	switch {
	case want != "":
	case strings.HasPrefix(part[2], "[]"):
		want = "a list"
	default:
		want = "keys and values"
	}
	if part[1] == "" {
		return "want " + want
	}
	return fmt.Sprintf("%q: want %s", part[1], want)
}
