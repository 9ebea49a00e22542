package rulebook

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// Book is all rules: those for each kind of hook together, each in the order of
// its feature.
type Book struct {
	rules    []Rule
	chapters map[driver.Kind]Chapter
}

// Chapter is a feature without its rules.
type Chapter struct {
	// Title of the feature, and what it says about itself, in paragraphs.
	Title string
	About []string
	// Background is what happens before each scenario, as it is written; "" is
	// nothing.
	Background string
}

// Load reads the features rules/*.feature of the folder of the features, one for
// each kind of hook. An error names each place, file:line, where the book is not
// as it has to be, and what was expected there.
func Load(features fs.FS) (Book, error) {
	files, err := fs.Glob(features, "rules/*.feature")
	if err != nil {
		return Book{}, err
	}
	book := Book{chapters: map[driver.Kind]Chapter{}}
	var wrong []error
	for _, file := range files {
		text, err := fs.ReadFile(features, file)
		if err != nil {
			return Book{}, fmt.Errorf("rules: %w", err)
		}
		f := &feature{file: file, text: string(text)}
		f.readInto(&book)
		wrong = append(wrong, f.wrong...)
	}
	for _, kind := range driver.Kinds() {
		if _, ok := book.chapters[kind]; !ok {
			wrong = append(wrong, fmt.Errorf("rules/*.feature: want a feature with the tag @%s, have none", kind))
		}
	}
	if len(wrong) > 0 {
		return Book{}, errors.Join(wrong...)
	}
	slices.SortStableFunc(book.rules, func(a, b Rule) int {
		return slices.Index(driver.Kinds(), a.Kind) - slices.Index(driver.Kinds(), b.Kind)
	})
	return book, nil
}

// Rules are all of them.
func (b Book) Rules() []Rule { return slices.Clone(b.rules) }

// Of are the rules for hooks of the kind.
func (b Book) Of(kind driver.Kind) []Rule {
	return slices.DeleteFunc(b.Rules(), func(r Rule) bool { return r.Kind != kind })
}

// Chapter is what the rules for hooks of the kind have in common.
func (b Book) Chapter(kind driver.Kind) Chapter { return b.chapters[kind] }

// Find is the rule with the ID; false if there is none.
func (b Book) Find(id string) (Rule, bool) {
	i := slices.IndexFunc(b.rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return b.rules[i], true
}
