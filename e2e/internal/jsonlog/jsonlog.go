// Package jsonlog reads logs of containers whose lines are JSON objects, as
// zerolog (SFTPGo) and slog (the mock) write them.
package jsonlog

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"
)

// Parse reads a line. The order of its members is kept; those that are no text
// are as JSON decodes them. A line that is no JSON object is a record without a
// time whose message it is.
func Parse(line string) slog.Record {
	members, err := decode(line)
	if err != nil {
		return slog.NewRecord(time.Time{}, slog.LevelInfo, line, 0)
	}
	var r slog.Record
	for _, m := range members {
		text := m.Value.String()
		switch m.Key {
		case slog.TimeKey:
			r.Time = parseTime(text)
		case slog.LevelKey:
			_ = r.Level.UnmarshalText([]byte(text)) // another word is INFO
		case slog.MessageKey, "message":
			r.Message = text
		default:
			r.AddAttrs(m)
		}
	}
	return r
}

// decode reads the members of an object in their order.
func decode(line string) ([]slog.Attr, error) {
	d := json.NewDecoder(strings.NewReader(line))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("want a JSON object")
	}
	var members []slog.Attr
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		name, _ := key.(string) // it is one
		members = append(members, slog.Any(name, value))
	}
	if _, err := d.Token(); err != nil { // the end of the object
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("want nothing behind the object")
	}
	return members, nil
}

// parseTime reads the time of a log. SFTPGo tells no zone; in its images that is
// UTC. What is no time is the zero time.
func parseTime(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}
