package rules

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// addRecordSteps adds what SFTPGo knows about its users.
func addRecordSteps(s *Sentences) {
	s.then(`^SFTPGo still knows all it knew about (\S+)$`, nothingChanged)
	s.then(`^SFTPGo does not know (\S+) now$`, stillUnknown)
}

// changedByLogin are the fields that every login changes.
func changedByLogin() []string {
	return []string{"last_login", "updated_at", "last_password_change", "first_upload", "first_download", "last_quota_update", "password", "has_password"}
}

func nothingChanged(ctx context.Context, name string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	after, err := w.site.UserRecord(ctx, p.Username)
	if err != nil {
		return err
	}
	var changed []string
	fields := maps.Clone(p.record)
	maps.Copy(fields, after) // a field that the login has added is a change, too
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		before, now := p.record[field], after[field]
		if !slices.Contains(changedByLogin(), field) && !reflect.DeepEqual(before, now) {
			changed = append(changed, fmt.Sprintf("%s was %v and is %v", field, orNothing(before), orNothing(now)))
		}
	}
	if len(changed) > 0 {
		return failf("the login was to change nothing else about %s, and it did: %s", name, strings.Join(changed, "; "))
	}
	return nil
}

// orNothing says it of a field that is not there.
func orNothing(value any) any {
	if value == nil {
		return "nothing"
	}
	return value
}

func stillUnknown(ctx context.Context, name string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	if _, err := w.site.UserRecord(ctx, p.Username); err == nil {
		return failf("SFTPGo was not to know %s, and does since the login", name)
	}
	return nil
}
