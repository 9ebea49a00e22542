package hooks

// part says which exchangeable part of a program a variable belongs to.
type part int

const (
	wholeProgram  part = iota
	verifierPart       // who checks a token
	directoryPart      // who has which Authy ID
)

// With returns the program with an own [Verifier] in the place of Authy, and an
// own [Directory] in the place of the users file and of additional_info; nil
// keeps what the program has. Everything else stays as it is: the contract with
// SFTPGo, the deadline, the log and the rule that whatever is not proven is
// denied, whether v or d fails, blocks or panics.
//
// The settings of a part that is replaced are unknown to the program: to set
// AUTHY_API_KEY for an own Verifier is an error, as is any other setting that
// would have no effect. An own part has settings of its own, under names that do
// not begin with AUTHY_.
//
// What takes long or can fail, such as a connection to a database, belongs into
// Verify and Find, which know the deadline and can deny, and not before Run.
func (p Program) With(v Verifier, d Directory) Program {
	if v != nil {
		p.verifier, p.replaced = func(Config) Verifier { return v }, append(p.replaced[:len(p.replaced):len(p.replaced)], verifierPart)
	}
	if d != nil {
		p.directory, p.replaced = func(Config) Directory { return d }, append(p.replaced[:len(p.replaced):len(p.replaced)], directoryPart)
	}
	return p
}
