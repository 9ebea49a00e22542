package sftpgo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
)

// maxLines bounds what is kept of a server's log.
const maxLines = 20_000

// logs keeps the newest lines of a log.
type logs struct {
	mu    sync.Mutex
	lines []string
}

// Accept implements testcontainers.LogConsumer.
func (l *logs) Accept(entry testcontainers.Log) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(string(entry.Content)) {
		l.lines = append(l.lines, strings.TrimRight(line, "\n"))
	}
	if excess := len(l.lines) - maxLines; excess > 0 {
		l.lines = slices.Delete(l.lines, 0, excess)
	}
}

func (l *logs) find(words []string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []string
	for _, line := range l.lines {
		if len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return strings.Contains(line, w) }) {
			found = append(found, line)
		}
	}
	return found
}

// logWithin bounds how long a line is waited for: Docker hands the log on a
// little later than the server writes it.
const logWithin = 10 * time.Second

// await waits for a line that contains the word.
func (l *logs) await(ctx context.Context, word string) error {
	return poll.Until(ctx, logWithin, func(context.Context) (hopeless bool, err error) {
		if len(l.find([]string{word})) == 0 {
			return false, fmt.Errorf("its log has no line %q", word)
		}
		return false, nil
	})
}
