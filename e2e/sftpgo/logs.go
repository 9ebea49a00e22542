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
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/poll"
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

// logs keeps the newest lines of a log.
type logs struct {
	mu      sync.Mutex
	lines   []Line
	dropped int // before the first line
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
		l.lines = slices.Delete(l.lines, 0, excess)
		l.dropped += excess
	}
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
	return slices.Clone(l.lines[first-l.dropped:]), nil
}

func (l *logs) all() []Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines)
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

// await waits for a line after the first ones that contains the word.
func (l *logs) await(ctx context.Context, first int, word string) error {
	return poll.Until(ctx, logWithin, func(context.Context) (hopeless bool, err error) {
		lines, err := l.since(first)
		if err != nil {
			return true, err
		}
		if !slices.ContainsFunc(lines, func(line Line) bool { return strings.Contains(line.Text, word) }) {
			return false, fmt.Errorf("its log has no line %q", word)
		}
		return false, nil
	})
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
	first, word := s.logs.end(), "flush="+rand.Text()
	if _, err := s.admin.do(ctx, http.MethodGet, "/api/v2/version?"+word, nil); err != nil {
		return err
	}
	if err := s.logs.await(ctx, first, word); err != nil {
		return fmt.Errorf("sftpgo: %w", err)
	}
	return nil
}
