package poll_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
)

func TestUntil(t *testing.T) {
	t.Parallel()
	notYet := errors.New("not yet")
	for name, test := range map[string]struct {
		try   func(tries int) (bool, error)
		want  error
		tries int
	}{
		"at once":         {func(int) (bool, error) { return false, nil }, nil, 1},
		"the third time":  {func(n int) (bool, error) { return false, map[bool]error{true: notYet}[n < 3] }, nil, 3},
		"hopeless":        {func(int) (bool, error) { return true, notYet }, notYet, 1},
		"not in its time": {func(int) (bool, error) { return false, notYet }, notYet, 50},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				// Between two ticks, so that the end does not coincide with one.
				err := poll.Until(t.Context(), 990*time.Millisecond, func(context.Context) (bool, error) {
					tries++
					return test.try(tries)
				})
				if !errors.Is(err, test.want) || tries != test.tries {
					t.Errorf("%v after %d tries, want %v after %d", err, tries, test.want, test.tries)
				}
			})
		})
	}
}
