package hooks

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"unicode/utf8"
)

// The longest name and the longest reason in a log line, in bytes. Both can
// come from outside: a user name can be 128 KiB, a server's certificate can name
// thousands of hosts.
const (
	maxLoggedName   = 256
	maxLoggedReason = 512
)

// login says who is logging in, for the log.
type login struct {
	username, ip, protocol string
	// request is the request_id by which the steps of one dialogue belong
	// together; only the HTTP form has one.
	request string
}

// logger writes the log of one program run or request: a line or two.
type logger struct {
	hook    string
	login   login
	logFile string
	stderr  io.Writer
}

// write appends one line. It never fails, nor blocks for long: a login must not
// depend on a log.
func (l logger) write(level slog.Level, message, reason string) {
	_ = patiently(func() error {
		l.append(level, message, reason)
		return nil
	})
}

// append writes to the log file. Without it the line goes to standard error, and
// the reason with it.
func (l logger) append(level slog.Level, message, reason string) {
	out := l.stderr
	if l.logFile != "" {
		file, err := openLogFile(l.logFile)
		if err == nil {
			defer file.Close()
			out = fallback{file, l}
		} else {
			l.complain(err)
		}
	}
	l.writeTo(out, level, message, reason)
}

func (l logger) writeTo(out io.Writer, level slog.Level, message, reason string) {
	attributes := []slog.Attr{
		slog.String("hook", l.hook),
		slog.String("user", clean(l.login.username, maxLoggedName)),
		slog.String("ip", clean(l.login.ip, maxLoggedName)),
	}
	if l.login.protocol != "" {
		attributes = append(attributes, slog.String("protocol", clean(l.login.protocol, maxLoggedName)))
	}
	if l.login.request != "" {
		attributes = append(attributes, slog.String("request", clean(l.login.request, maxLoggedName)))
	}
	if reason != "" {
		attributes = append(attributes, slog.String("reason", clean(reason, maxLoggedReason)))
	}
	slog.New(slog.NewTextHandler(out, nil)).LogAttrs(context.Background(), level, message, attributes...)
}

// complain tells on standard error why the log file is not written.
func (l logger) complain(err error) {
	l.writeTo(l.stderr, slog.LevelError, "log file not written, see "+logFileVariable, err.Error())
}

// fallback writes to the log file, and to standard error if that fails.
type fallback struct {
	file *os.File
	logger
}

func (f fallback) Write(line []byte) (int, error) {
	n, err := f.file.Write(line)
	if err != nil {
		f.complain(err)
		return f.stderr.Write(line)
	}
	return n, nil
}

// clean makes text from outside fit for a log line of [slog.TextHandler], which
// quotes and escapes every control character, line break, bidirectional mark and
// broken byte, but lets DEL pass.
func clean(text string, limit int) string {
	if len(text) > limit {
		for limit > 0 && !utf8.RuneStart(text[limit]) {
			limit--
		}
		text = text[:limit] + "..."
	}
	return strings.ReplaceAll(text, "\x7f", "\ufffd")
}
