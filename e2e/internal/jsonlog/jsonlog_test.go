package jsonlog_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/jsonlog"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ line, want string }{
		"SFTPGo": {
			`{"level":"warn","time":"2026-11-26T07:40:49.854","sender":"check_password_hook","message":"a \"b\"\n"}`,
			`time=2026-11-26T07:40:49.854Z level=WARN msg="a \"b\"\n" sender=check_password_hook`,
		},
		"slog": {
			`{"time":"2026-11-26T08:40:49.854123456+01:00","level":"INFO","msg":"request","status":200,"ids":[1,2]}`,
			`time=2026-11-26T08:40:49.854+01:00 level=INFO msg=request status=200 ids="[1 2]"`,
		},
		"the order is that of the line": {`{"b":1,"a":{"x":null},"b":2}`, `level=INFO msg="" b=1 a=map[x:<nil>] b=2`},
		"an odd level, an odd time":     {`{"level":"loud","time":"now","message":"m"}`, `level=INFO msg=m`},
		"times that are no text":        {`{"level":1,"time":1764142849,"message":2}`, `level=INFO msg=2`},
		"no JSON":                       {`panic: no`, `level=INFO msg="panic: no"`},
		"half of an object":             {`{"level":"warn","mess`, `level=INFO msg="{\"level\":\"warn\",\"mess"`},
		"more than an object":           {`{"level":"warn"} x`, `level=INFO msg="{\"level\":\"warn\"} x"`},
		"another value":                 {`["level"]`, `level=INFO msg="[\"level\"]"`},
		"nothing":                       {``, `level=INFO msg=""`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got bytes.Buffer
			if err := slog.NewTextHandler(&got, nil).Handle(t.Context(), jsonlog.Parse(test.line)); err != nil {
				t.Fatal(err)
			}
			if got.String() != test.want+"\n" {
				t.Errorf("got  %swant %s", &got, test.want)
			}
		})
	}
}

// What slog writes is read as it was, whatever the text.
func FuzzParse(f *testing.F) {
	f.Add("a message", "a value", `{"level":"warn","a":[{}]}`)
	f.Add("\n\x00\"\\", "", `{"time":"2026-11-26T07:40:49.854"}`)
	f.Fuzz(func(t *testing.T, message, value, line string) {
		jsonlog.Parse(line)
		if !utf8.ValidString(message) || !utf8.ValidString(value) {
			return // JSON cannot hold it
		}
		var written bytes.Buffer
		at := time.Date(2026, 11, 26, 7, 40, 49, 854e6, time.UTC)
		before := slog.NewRecord(at, slog.LevelWarn, message, 0)
		before.AddAttrs(slog.String("key", value))
		if err := slog.NewJSONHandler(&written, nil).Handle(t.Context(), before); err != nil {
			t.Fatal(err)
		}
		after := jsonlog.Parse(written.String())
		if after.Message != message || after.Level != slog.LevelWarn || !after.Time.Equal(at) {
			t.Errorf("%s: got %v", &written, after)
		}
		after.Attrs(func(a slog.Attr) bool {
			if a.Key != "key" || a.Value.String() != value {
				t.Errorf("%s: got %v", &written, a)
			}
			return true
		})
		if !json.Valid([]byte(line)) && jsonlog.Parse(line).Message != line {
			t.Errorf("%q is no JSON, and is not the message", line)
		}
	})
}
