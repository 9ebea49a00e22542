package live

import (
	"log/slog"
	"regexp"
	"strconv"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// stderrOf is what a hook wrote to standard error, one line of it (getCmdOutput).
func stderrOf(line sftpgo.Line) (string, bool) {
	switch attribute(line, "sender") {
	case "external_auth_hook", "check_password_hook":
		return line.Record.Message, true
	default:
		return "", false
	}
}

// letIn is the user of a line that says who has logged in. Before SFTPGo 2.7.0 the
// name is part of the message, and that is the line over SSH only.
func letIn(line sftpgo.Line) (name string, ok bool) {
	switch attribute(line, "sender") {
	case "login":
		return attribute(line, "username"), true
	case "SSH":
		rest, ok := strings.CutPrefix(line.Record.Message, "User ")
		if !ok {
			return "", false
		}
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil || !strings.HasPrefix(rest[len(quoted):], ` logged in with "`) {
			return "", false
		}
		name, err = strconv.Unquote(quoted)
		return name, err == nil
	default:
		return "", false
	}
}

// eventOf is a line in a time line about the hook.
func eventOf(hook driver.Hook, line sftpgo.Line) driver.Event {
	if text, ok := stderrOf(line); ok {
		return driver.Event{Time: line.Record.Time, Who: driver.ByHook, What: "writes to standard error: " + text}
	}
	short := slog.NewRecord(line.Record.Time, line.Record.Level, line.Record.Message, 0)
	line.Record.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "sender", "connection_id", "local_addr", "request_id", "client", "info": // of no use to a reader
		default:
			short.AddAttrs(a)
		}
		return true
	})
	return driver.Event{
		Time: line.Record.Time, Who: driver.BySFTPGo,
		What: attribute(line, "sender") + ": " + hook.ExplainTLS(places.Line(short)),
	}
}

// about are the lines that name one of the users, and those of the connections of
// such lines. What the suite asks SFTPGo, and what a user does with files, is left
// out.
func about(names map[string]bool, lines []sftpgo.Line) []sftpgo.Line {
	if len(names) == 0 {
		return nil
	}
	words := []string{}
	for name := range names {
		words = append(words, regexp.QuoteMeta(name))
	}
	word := regexp.MustCompile(`(^|[^\w.-])(` + strings.Join(words, "|") + `)($|[^\w.-])`)
	named, connections := make([]bool, len(lines)), map[string]bool{}
	for i, line := range lines {
		// The log is that of all scenarios: the expression alone would take long.
		named[i] = mentions(line.Text, names) && word.MatchString(line.Text)
		if id := attribute(line, "connection_id"); named[i] && id != "" {
			connections[id] = true
		}
	}
	var all []sftpgo.Line
	for i, line := range lines {
		if (named[i] || connections[attribute(line, "connection_id")]) && !ofSuite(line) {
			all = append(all, line)
		}
	}
	return all
}

// mentions tells whether one of the names is in the text, be it in another word.
func mentions(text string, names map[string]bool) bool {
	for name := range names {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}

// ofSuite tells what is no part of a login.
func ofSuite(line sftpgo.Line) bool {
	return strings.Contains(attribute(line, "uri"), "/api/v2/") || strings.HasPrefix(attribute(line, "connection_id"), "SFTP_")
}

func attribute(line sftpgo.Line, key string) (value string) {
	line.Record.Attrs(func(a slog.Attr) bool {
		if a.Key == key {
			value = a.Value.String()
		}
		return a.Key != key
	})
	return value
}
