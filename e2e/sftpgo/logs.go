package sftpgo

import (
	"slices"
	"strings"
	"sync"

	"github.com/testcontainers/testcontainers-go"
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

func (l *logs) contains(word string) bool {
	return len(l.find([]string{word})) > 0
}
