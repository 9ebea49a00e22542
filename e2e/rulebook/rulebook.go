// Package rulebook reads the rules that a login hook has to keep, which are
// scenarios of the features below features/rules.
package rulebook

import "github.com/sftpgo-authy/sftpgo-authy/e2e/driver"

// Rule is one of them: a scenario, or a scenario outline with all its examples.
// In its feature file it looks like this:
//
//	@KEYINT-TOKEN-FOREIGN @MUST
//	Scenario: The token of another user
//	  Who has an Authy app of his own could log in as anybody else.
//	  Fix: ask Authy about the Authy ID of the user who logs in.
type Rule struct {
	// ID such as KEYINT-TOKEN-FOREIGN. It begins with the word for the kind of
	// hook: KEYINT, EXTAUTH or CHECKPWD.
	ID string
	// Kind of hook that the rule is for.
	Kind driver.Kind
	// Must tells a MUST from a SHOULD.
	Must bool
	// Subject is the heading that the rule stands under.
	Subject string
	// Title says what happens.
	Title string
	// Why says in a sentence what an attacker or a fault would do otherwise.
	Why string
	// Fix is a hint how to mend a hook that breaks the rule.
	Fix string
	// Tags of the scenario beside ID and level, such as @slow.
	Tags []string
	// Scenario is the text of it, as it is written: from its title to its last step
	// or example, without tags and description.
	Scenario string
	// Feature is the file, below the folder of the features.
	Feature string
	// Line is that of the scenario.
	Line int
}
