package sftpgo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/jsonlog"
)

// maxLines bounds what is kept of a server's log.
const maxLines = 50_000

// Line is one of a server's log.
type Line struct {
	// Text as the server wrote it.
	Text string
	// Record is what it says. The attribute "sender" is the part of SFTPGo that
	// wrote it.
	Record slog.Record
}

// logs keeps the newest lines of a log. A line never changes, so that they are read
// without being copied: many scenarios look at the log of one server.
type logs struct {
	mu      sync.Mutex
	lines   []Line
	dropped int // before the first line
	awaited []awaited
}

// awaited is a word that somebody waits for.
type awaited struct {
	word string
	come chan struct{} // closed by the line that contains it
}

func (l *logs) add(text string) {
	line := Line{Text: text, Record: jsonlog.Parse(text)}
	if line.Record.Time.IsZero() {
		line.Record.Time = time.Now() // what is not from SFTPGo's logger, such as a panic
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
	if excess := len(l.lines) - maxLines; excess > 0 {
		l.lines = l.lines[excess:]
		l.dropped += excess
	}
	l.awaited = slices.DeleteFunc(l.awaited, func(a awaited) bool {
		found := strings.Contains(text, a.word)
		if found {
			close(a.come)
		}
		return found
	})
}

// end is the number of lines that there were.
func (l *logs) end() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dropped + len(l.lines)
}

// since are the lines after the first ones. An error says that some of them are
// not kept any more.
func (l *logs) since(first int) ([]Line, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if first < l.dropped {
		return nil, errors.New("sftpgo: the log has grown too long for all of it to be kept")
	}
	return slices.Clip(l.lines[first-l.dropped:]), nil
}

func (l *logs) all() []Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clip(l.lines)
}

func (l *logs) find(words []string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []string
	for _, line := range l.lines {
		if len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return strings.Contains(line.Text, w) }) {
			found = append(found, line.Text)
		}
	}
	return found
}

// logWithin bounds how long a line is waited for: Docker hands the log on a
// little later than the server writes it.
const logWithin = 10 * time.Second

// expect is told of the next line that contains the word, until it is given up.
func (l *logs) expect(word string) (come <-chan struct{}, giveUp func()) {
	a := awaited{word, make(chan struct{})}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.awaited = append(l.awaited, a)
	return a.come, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.awaited = slices.DeleteFunc(l.awaited, func(other awaited) bool { return other == a })
	}
}

// await waits for a line that contains the word, and may be there already.
func (l *logs) await(ctx context.Context, word string) error {
	come, giveUp := l.expect(word)
	defer giveUp()
	if len(l.find([]string{word})) > 0 {
		return nil
	}
	return arrives(ctx, come, word)
}

// arrives waits until an expected line has come.
func arrives(ctx context.Context, come <-chan struct{}, word string) error {
	ctx, cancel := context.WithTimeout(ctx, logWithin)
	defer cancel()
	select {
	case <-come:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("its log has no line %q", word)
	}
}

// LogLines are those that the server has logged so far and that contain one of
// the words, or all lines where none is given.
func (s *Server) LogLines(words ...string) []string {
	return s.logs.find(words)
}

// Records are the lines that the server has logged so far.
func (s *Server) Records() []slog.Record {
	lines := s.logs.all()
	records := make([]slog.Record, 0, len(lines))
	for _, line := range lines {
		records = append(records, line.Record)
	}
	return records
}

// Mark is a place in a server's log.
type Mark int

// Mark is the end of the log as far as it is known by now.
func (s *Server) Mark() Mark { return Mark(s.logs.end()) }

// LogSince is what the server has logged since the mark, up to now. It waits for
// lines that are still on their way.
func (s *Server) LogSince(ctx context.Context, mark Mark) ([]Line, error) {
	if err := s.flush(ctx); err != nil {
		return nil, err
	}
	return s.logs.since(int(mark))
}

// flush waits until what was logged has come: it sends a request and waits for
// its line.
func (s *Server) flush(ctx context.Context) error {
	word := "flush=" + rand.Text()
	come, giveUp := s.logs.expect(word)
	defer giveUp()
	if _, err := s.admin.do(ctx, http.MethodGet, "/api/v2/version?"+word, nil); err != nil {
		return err
	}
	if err := arrives(ctx, come, word); err != nil {
		return fmt.Errorf("sftpgo: %w", err)
	}
	return nil
}
