package hooks

import "context"

// What the tests reach inside for: other parts in a program, and the parsers for
// fuzzing.

func (p Program) WithVerifier(v Verifier) Program {
	p.verifier = func(Config) Verifier { return v }
	return p
}

func (p Program) WithDirectory(d Directory) Program {
	p.directory = func(Config) Directory { return d }
	return p
}

// Undecided is the program with a decision that ends without one.
func (p Program) Undecided(a interface {
	Accepted() bool
	JSON() []byte
},
) Program {
	p.decide = func(context.Context, Decider, session) (answer, error) {
		decided, _ := a.(answer)
		return decided, nil
	}
	return p
}

func (p Program) Name() string { return p.name }

// ParseConfigFile returns the values of a configuration file.
func (p Program) ParseConfigFile(file string, data []byte) (map[string]string, error) {
	lines, err := parseConfigFile(p.Variables(), file, data)
	values := make(map[string]string)
	for name, line := range lines {
		values[name] = line.value
	}
	return values, err
}

var (
	Judge       = judge
	ParseObject = parseObject
	FoldCase    = foldCase

	ParseSFTPGoUser = parseSFTPGoUser
)

const (
	Patience      = patience
	MaxCached     = maxCached
	MaxLogins     = maxLogins
	MaxLogWriters = maxLogWriters
)

// Len is how many answers are remembered.
func (c *Cache) Len() int { return len(c.known.entries) + len(c.unknown.entries) }

// Code is the token of a secret at a step, as an authenticator shows it.
func (s TOTPSecret) Code(step uint64) string { return s.code(step) }

// StateText is what a state file of that user says.
func StateText(id AuthyID, used, wrong, at int64) string {
	return totpState{used, wrong, at}.encode(id)
}

// ParseState returns what a state file says.
func ParseState(id AuthyID, text string) (used, wrong, at int64, err error) {
	s, err := parseState(id, text)
	return s.used, s.wrong, s.at, err
}
