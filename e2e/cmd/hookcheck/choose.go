package main

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
)

// choose returns the rules that are to be run.
func (f *flags) choose(book rulebook.Book) ([]rulebook.Rule, error) {
	all := book.Rules()
	if f.kind != "" {
		if err := driver.Kind(f.kind).Check(); err != nil {
			return nil, err
		}
		all = book.Of(driver.Kind(f.kind))
	}
	chosen, err := byID(all, f.rules)
	if err != nil {
		return nil, err
	}
	chosen = slices.DeleteFunc(chosen, func(rule rulebook.Rule) bool {
		return slices.ContainsFunc(f.tags, func(tag string) bool {
			unwanted, not := strings.CutPrefix(tag, "~")
			return slices.Contains(rule.Tags, unwanted) == not
		})
	})
	if len(chosen) == 0 {
		return nil, errors.New("no rule is left: --list shows them")
	}
	return chosen, nil
}

// byID keeps the rules that one of the patterns names; without any, all.
func byID(all []rulebook.Rule, patterns []string) ([]rulebook.Rule, error) {
	if len(patterns) == 0 {
		return slices.Clone(all), nil
	}
	var chosen []rulebook.Rule
	for _, pattern := range patterns {
		found := false
		for _, rule := range all {
			matches, err := path.Match(pattern, rule.ID)
			if err != nil {
				return nil, fmt.Errorf("--rule %q: want an ID, or a pattern such as *-AUTHY-*", pattern)
			}
			if matches {
				found = true
				if !slices.ContainsFunc(chosen, func(r rulebook.Rule) bool { return r.ID == rule.ID }) {
					chosen = append(chosen, rule)
				}
			}
		}
		if !found {
			return nil, fmt.Errorf("--rule %q: there is no such rule: --list shows them", pattern)
		}
	}
	return chosen, nil
}
