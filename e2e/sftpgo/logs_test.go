package sftpgo

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestLogsKeepTheNewest(t *testing.T) {
	t.Parallel()
	var l logs
	for i := range maxLines + 10 {
		l.add(fmt.Sprintf(`{"message":"line %d"}`, i))
	}
	if got := l.end(); got != maxLines+10 {
		t.Errorf("%d lines, want %d", got, maxLines+10)
	}
	lines, err := l.since(maxLines + 8)
	if err != nil || len(lines) != 2 || lines[1].Record.Message != fmt.Sprintf("line %d", maxLines+9) {
		t.Errorf("%v, %v", lines, err)
	}
	if lines, err := l.since(9); err == nil {
		t.Errorf("%d lines from one that is gone, want an error", len(lines))
	}
	if err := l.await(t.Context(), "line 50009"); err != nil {
		t.Error(err)
	}
}

// A line is told of when it comes, to whoever waits for it and to nobody else.
func TestLogsTellOfALine(t *testing.T) {
	t.Parallel()
	var l logs
	other, giveUp := l.expect("another word")
	come, _ := l.expect("the word")
	l.add("a line with the word in it")
	l.add("and once more the word")
	if err := arrives(t.Context(), come, "the word"); err != nil {
		t.Error(err)
	}
	giveUp()
	l.add("another word")
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := arrives(over, other, "another word"); err == nil || err.Error() != `its log has no line "another word"` {
		t.Errorf("%v, though it was given up", err)
	}
	if len(l.awaited) != 0 {
		t.Errorf("%d are still awaited", len(l.awaited))
	}
}

// What was read stays as it was, while the log goes on.
func TestLogsStay(t *testing.T) {
	t.Parallel()
	var l logs
	l.add("one")
	read, err := l.since(0)
	if err != nil {
		t.Fatal(err)
	}
	for range maxLines {
		l.add("another")
	}
	if len(read) != 1 || read[0].Text != "one" || len(append(read, Line{Text: "mine"})) != 2 {
		t.Errorf("%v", read)
	}
	if lines, err := l.since(1); err != nil || lines[0].Text != "another" {
		t.Errorf("%v, %v", lines[0], err)
	}
}

func TestLogsReadTheLines(t *testing.T) {
	t.Parallel()
	var l logs
	l.add(`{"level":"error","time":"2026-11-26T07:40:49.854","sender":"dataprovider","message":"no"}`)
	l.add("panic: no")
	lines, err := l.since(0)
	if err != nil || len(lines) != 2 {
		t.Fatalf("%v, %v", lines, err)
	}
	if r := lines[0].Record; r.Message != "no" || r.Level != slog.LevelError || r.Time.UnixMilli() != 1795678849854 {
		t.Errorf("%v", r)
	}
	if r := lines[1].Record; r.Message != "panic: no" || time.Since(r.Time) > time.Minute {
		t.Errorf("%v", r)
	}
	if got := l.find([]string{"panic"}); strings.Join(got, "") != "panic: no" {
		t.Errorf("%q", got)
	}
}
