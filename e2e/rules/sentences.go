package rules

import (
	"regexp"

	"github.com/cucumber/godog"
)

// Sentences are all that the rules are written in. They are made once for a run: godog
// would compile their expressions anew for each scenario.
type Sentences struct {
	all []meaning
}

// meaning is what a sentence does.
type meaning struct {
	add      func(sc *godog.ScenarioContext, sentence, means any)
	sentence *regexp.Regexp
	means    any
}

// NewSentences makes them.
func NewSentences() *Sentences {
	s := &Sentences{}
	addPeopleSteps(s)
	addAuthySteps(s)
	addLoginSteps(s)
	addKeyboardSteps(s)
	addOutcomeSteps(s)
	addRecordSteps(s)
	addSecretSteps(s)
	return s
}

// given adds a sentence, as the methods of godog do that are called so.
func (s *Sentences) given(sentence string, means any) {
	s.add((*godog.ScenarioContext).Given, sentence, means)
}

// when adds a sentence.
func (s *Sentences) when(sentence string, means any) {
	s.add((*godog.ScenarioContext).When, sentence, means)
}

// then adds a sentence.
func (s *Sentences) then(sentence string, means any) {
	s.add((*godog.ScenarioContext).Then, sentence, means)
}

// step adds a sentence that may stand anywhere.
func (s *Sentences) step(sentence string, means any) {
	s.add((*godog.ScenarioContext).Step, sentence, means)
}

func (s *Sentences) add(how func(sc *godog.ScenarioContext, sentence, means any), sentence string, means any) {
	s.all = append(s.all, meaning{how, regexp.MustCompile(sentence), means})
}
