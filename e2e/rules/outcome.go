package rules

import (
	"context"
	"time"
)

// addOutcomeSteps adds what comes of logins.
func addOutcomeSteps(s *Sentences) {
	s.step(`^(\S+) is in$`, isIn)
	s.then(`^the login is refused$`, isRefused)
	s.then(`^the login is refused in time$`, isRefusedInTime)
	s.then(`^exactly one of them is in$`, oneIsIn)
	s.then(`^it takes as long as (\S+)'s login with a wrong token$`, takesAsLong)
}

func isIn(ctx context.Context, name string) error {
	w := of(ctx)
	p, err := w.person(name)
	if err != nil {
		return err
	}
	r, err := w.result()
	switch {
	case err != nil:
		return err
	case r.In == "":
		return failf("%s was to be let in, and was refused", name)
	case r.In != p.Username:
		return failf("%s was to be let in as %s, and was let in as %s", name, p.Username, r.In)
	case r.Useless != "":
		return failf("%s was let in, and could not use a file: %s", name, r.Useless)
	}
	return nil
}

func isRefused(ctx context.Context) error {
	r, err := of(ctx).result()
	if err != nil {
		return err
	}
	if r.In != "" {
		return failf("the login was to be refused, and was let in as %s", r.In)
	}
	return nil
}

func isRefusedInTime(ctx context.Context) error {
	if err := isRefused(ctx); err != nil {
		return err
	}
	w := of(ctx)
	if took := w.results[0].Took; took > w.options.Within {
		return failf("the login was to be refused within %s, and it took %s", w.options.Within, took.Round(10*time.Millisecond))
	}
	return nil
}

func oneIsIn(ctx context.Context) error {
	in := 0
	for _, r := range of(ctx).results {
		if r.In != "" {
			in++
		}
	}
	if in != 1 {
		return failf("one of %d logins was to be let in, and %d were", len(of(ctx).results), in)
	}
	return nil
}

// tries is how often a time is measured before it is believed: a busy machine makes
// one login of many slow.
const tries = 3

// takesAsLong compares the last login with one that asks Authy. Authy is slow
// then, so that a hook that asks nothing is seen; half of the time is as long.
func takesAsLong(ctx context.Context, name string) error {
	w := of(ctx)
	r, err := w.result()
	if err != nil {
		return err
	}
	var other time.Duration
	for range tries {
		if err := logsIn(ctx, name, "", "the right", "a wrong token"); err != nil {
			return err
		}
		if other = w.results[0].Took; r.Took >= other/2 {
			return nil
		}
	}
	return failf("the login was to take as long as that of %s, %s, and took %s: who measures learns who has a token",
		name, other.Round(time.Millisecond), r.Took.Round(time.Millisecond))
}
