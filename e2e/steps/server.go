package steps

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// addServerSteps adds what is said of the SFTPGo server and its users.
func addServerSteps(sc *godog.ScenarioContext) {
	asksFor := func(hook stack.Hook) func(context.Context) error {
		return func(ctx context.Context) error {
			of(ctx).setup.Hook = hook
			return skipLeftOut(ctx)
		}
	}
	sc.Given(`^an SFTPGo server that asks for password and token$`, asksFor(stack.PasswordAndToken))
	sc.Given(`^an SFTPGo server that asks for the token only$`, asksFor(stack.TokenOnly))
	sc.Given(`^an SFTPGo server that asks for the password followed by the token$`, asksFor(stack.PrefixAndToken))
	sc.Given(`^an SFTPGo server that asks for password and token over SSH, and for the password followed by the token elsewhere$`,
		asksFor(stack.KeyintAndCheckpwd))
	sc.Given(`^its hook checks the tokens itself$`, func(ctx context.Context) { of(ctx).setup.TOTP = true })
	addSettingSteps(sc)
	sc.Given(`^its settings stand in the configuration file$`, func(ctx context.Context) { of(ctx).setup.JSON = true })

	sc.Given(`^the user (\S+) with an Authy ID$`, userWithAuthyID)
	sc.Given(`^the user (\S+) with an Authy ID in the additional info$`, userWithAdditionalInfo)

	sc.Then(`^SFTPGo still knows all it knew about (\S+) but the additional info$`, nothingLostBut("additional_info"))
}

func userWithAuthyID(ctx context.Context, name string) error {
	p, err := of(ctx).stack.NewPerson()
	of(ctx).people[name] = &person{Person: p}
	return err
}

// userWithAdditionalInfo is somebody whom the users file does not know.
func userWithAdditionalInfo(ctx context.Context, name string) error {
	mapped, err := of(ctx).stack.NewPerson()
	p := of(ctx).stack.NewStranger()
	p.AuthyID = mapped.AuthyID
	of(ctx).people[name] = &person{Person: p, inAdditionalInfo: true}
	return err
}

// changedByLogin are the fields that every login changes.
var changedByLogin = []string{"last_login", "updated_at", "last_password_change", "first_upload", "first_download", "last_quota_update"}

func nothingLostBut(changed ...string) func(context.Context, string) error {
	return func(ctx context.Context, name string) error {
		return compareRecord(ctx, name, append(changed, changedByLogin...))
	}
}

func compareRecord(ctx context.Context, name string, changed []string) error {
	p, after, err := of(ctx).recordOf(ctx, name)
	if err != nil {
		return err
	}
	var lost []string
	for field, before := range p.record {
		if !slices.Contains(changed, field) && !reflect.DeepEqual(before, after[field]) {
			lost = append(lost, fmt.Sprintf("%s was %v and is %v", field, before, after[field]))
		}
	}
	if len(lost) > 0 {
		return fmt.Errorf("the login has changed the user: %s", strings.Join(lost, "; "))
	}
	return nil
}
