package steps

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/cucumber/godog"
)

// addEnrolmentSteps adds what an administrator does with hookctl.
func addEnrolmentSteps(sc *godog.ScenarioContext) {
	sc.Given(`^the hook finds Authy IDs in SFTPGo$`, findsIDsInSFTPGo)
	sc.Given(`^an administrator has enrolled (\S+)$`, enrols)
	sc.When(`^an administrator enrols (\S+)$`, enrols)
	sc.Then(`^hookctl shows that (\S+) has an Authy ID in SFTPGo$`, hookctlShows)
}

func findsIDsInSFTPGo(ctx context.Context) { of(ctx).setup.AsksSFTPGo = true }

// enrols gives the user a cellphone of his own: Authy knows people by it.
func enrols(ctx context.Context, name string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	if _, err := w.server(ctx); err != nil { // which then has the user
		return err
	}
	number, err := strconv.Atoi(strings.TrimLeft(p.Username, "abcdefghijklmnopqrstuvwxyz"))
	if err != nil {
		return fmt.Errorf("the user name %s has no number: %w", p.Username, err)
	}
	said, err := w.stack.Hookctl(ctx, w.setup, "enrol", p.Username,
		"-email", p.Username+"@example.com", "-cellphone", fmt.Sprintf("301555%04d", number), "-country-code", "1")
	if err != nil {
		return err
	}
	if _, err := fmt.Sscanf(said, "Authy ID %d", &p.AuthyID); err != nil {
		return fmt.Errorf("hookctl told no Authy ID: %s", said)
	}
	return nil
}

func hookctlShows(ctx context.Context, name string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	said, err := w.stack.Hookctl(ctx, w.setup, "show", p.Username)
	for _, fact := range []string{"additional_info in SFTPGo", strconv.FormatInt(p.AuthyID, 10), "active"} {
		if err == nil && !strings.Contains(said, fact) {
			err = fmt.Errorf("hookctl does not say %q: %s", fact, said)
		}
	}
	return err
}
