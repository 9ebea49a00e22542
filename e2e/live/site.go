package live

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// site is a place that a scenario has taken.
type site struct {
	*places.Visit

	driver *Driver
	since  sftpgo.Mark // where the log was then
	logins atomic.Int64

	mu    sync.Mutex
	names map[string]bool // of users who have logged in
}

// AddUser implements driver.Site, as the methods below do.
func (s *site) AddUser(ctx context.Context, user sftpgo.User) error {
	return s.driver.server.AddUser(ctx, user)
}

// UserRecord is what SFTPGo has stored.
func (s *site) UserRecord(ctx context.Context, username string) (map[string]any, error) {
	return s.driver.server.UserRecord(ctx, username)
}

// Written is SFTPGo's log, with the lines that a hook wrote to standard error as
// the hook wrote them. What belongs to other sites is in it too. SFTPGo reads
// standard error of a keyboard-interactive program not at all, and that of others
// without waiting for its end: when the program ends, lines may be lost. So a secret
// that a hook writes is surely seen on the contract only.
func (s *site) Written(ctx context.Context) (string, error) {
	lines, err := s.driver.server.LogSince(ctx, s.since)
	if err != nil {
		return "", err
	}
	var written strings.Builder
	for _, line := range lines {
		if text, ok := stderrOf(line); ok {
			written.WriteString(text)
		} else {
			written.WriteString(line.Text)
		}
		written.WriteByte('\n')
	}
	return written.String(), nil
}

// Events are those of the client and of the mock, and SFTPGo's lines about users
// of the site.
func (s *site) Events() []driver.Event {
	lines, err := s.driver.server.LogSince(context.Background(), s.since)
	if err != nil {
		s.Happened.Add(driver.BySFTPGo, "its log cannot be read: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.Visit.Events()
	for _, line := range about(s.names, lines) {
		all = append(all, eventOf(s.driver.hook, line))
	}
	slices.SortStableFunc(all, func(a, b driver.Event) int { return a.Time.Compare(b.Time) })
	return all
}

// Leave gives the place back. Its users are removed before anybody takes it again.
func (s *site) Leave(ctx context.Context) error {
	s.Happened.Forget()
	return s.driver.places.GiveBack(ctx, s.Place)
}
