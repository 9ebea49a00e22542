package rules

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/cucumber/godog"
)

// addRecordSteps adds what SFTPGo knows about its users.
func addRecordSteps(sc *godog.ScenarioContext) {
	sc.Then(`^SFTPGo still knows all it knew about (\S+)$`, nothingLost)
	sc.Then(`^SFTPGo does not know (\S+) now$`, stillUnknown)
}

// changedByLogin are the fields that every login changes.
func changedByLogin() []string {
	return []string{"last_login", "updated_at", "last_password_change", "first_upload", "first_download", "last_quota_update", "password", "has_password"}
}

func nothingLost(ctx context.Context, name string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	after, err := w.site.UserRecord(ctx, p.Username)
	if err != nil {
		return err
	}
	var lost []string
	for field, before := range p.record {
		if !slices.Contains(changedByLogin(), field) && !reflect.DeepEqual(before, after[field]) {
			lost = append(lost, fmt.Sprintf("%s was %v and is %v", field, before, after[field]))
		}
	}
	if len(lost) > 0 {
		slices.Sort(lost)
		return failf("the login was to change nothing else about %s, and it did: %s", name, strings.Join(lost, "; "))
	}
	return nil
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
