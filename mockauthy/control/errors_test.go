package control_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// What the mock says against a request is the error.
func TestErrorsOfTheMock(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := newClient(t, newMock(t))
	for _, test := range []struct {
		name string
		do   func() error
		want string
	}{
		{"User", func() error { _, err := c.User(ctx, 9999); return err }, `control API: the application "First" has no user 9999`},
		{"Token", func() error { _, err := c.Token(ctx, 9999, 0); return err }, `control API: the application "First" has no user 9999`},
		{"Token far away", func() error { _, err := c.Token(ctx, 1000, 1<<40); return err }, `control API: step=1099511627776: want -315360000 to 315360000`},
		{"AddUser", func() error { _, err := c.AddUser(ctx, control.NewUser{Email: "foo"}); return err }, `control API: email "foo": want an address such as alice@example.com`},
		{"AddFault", func() error { _, err := c.AddFault(ctx, control.Fault{Name: "explode"}); return err }, `control API: no fault is named "explode": want one of answer, contradict, cut-chunk, cut-off, delay, drip, drop-fields, endless, garbage, garbage-chunks, hang-up, reset, set-fields, silence, stall, wrong-length, wrong-types`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.do(); err == nil || err.Error() != test.want {
				t.Errorf("\n got %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestNewErrors(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "127.0.0.1:2884", "localhost", "localhost:2884", "/mock", "http://", "http:///x", "ftp://127.0.0.1", "unix:///run/mock", "http://[::1", "http://%zz", "http://a b"} {
		t.Run(url, func(t *testing.T) {
			t.Parallel()
			c, err := control.New(url)
			if want := `the mock's URL "` + url + `": want http://HOST:PORT`; err == nil || err.Error() != want || c != nil {
				t.Errorf("\n got %v, %v\nwant %s", c, err, want)
			}
		})
	}
}

// Whatever else may listen where the mock should be, the client says so, and
// keeps the API key to itself.
func TestOtherServers(t *testing.T) {
	t.Parallel()
	const canary = "canary0123456789"
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		want   string // begins the error
	}{
		{"HTML", respond(200, "<html>hello</html>"), "control API: GET URL/mock/v1/users: the answer is not from a mock: invalid character '<'"},
		{"nothing", respond(200, ""), "control API: GET URL/mock/v1/users: the answer is not from a mock: unexpected end of JSON input"},
		{"JSON of another kind", respond(200, `{"users":[]}`), "control API: GET URL/mock/v1/users: the answer is not from a mock: json: cannot unmarshal object"},
		{"JSON cut short", respond(200, `[{"authy_id":`), "control API: GET URL/mock/v1/users: the answer is not from a mock: unexpected end of JSON input"},
		{"JSON and more", respond(200, `[] x`), "control API: GET URL/mock/v1/users: the answer is not from a mock: invalid character 'x'"},
		{"no content", respond(204, ""), "control API: GET URL/mock/v1/users: the answer is not from a mock: unexpected end of JSON input"},
		{"500 with HTML", respond(500, "<html>oops</html>"), "control API: GET URL/mock/v1/users: 500 Internal Server Error"},
		{"500 with nothing", respond(500, ""), "control API: GET URL/mock/v1/users: 500 Internal Server Error"},
		{"500 with other JSON", respond(500, `{"message":"oops"}`), "control API: GET URL/mock/v1/users: 500 Internal Server Error"},
		{"500 with a list", respond(500, `["oops"]`), "control API: GET URL/mock/v1/users: 500 Internal Server Error"},
		{"409 with a problem", respond(409, `{"error":"the moon is full"}`), "control API: the moon is full"},
		{"304", respond(304, ""), "control API: GET URL/mock/v1/users: 304 Not Modified"},
		{"hung up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, `control API: Get "URL/mock/v1/users": EOF`},
		{"broken off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "[")
		}, "control API: GET URL/mock/v1/users: unexpected EOF"},
		{"endless", func(w http.ResponseWriter, _ *http.Request) {
			for chunk := strings.Repeat(" ", 1<<20); ; {
				if _, err := io.WriteString(w, chunk); err != nil {
					return
				}
			}
		}, "control API: GET URL/mock/v1/users: the answer is larger than 16 MiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(test.answer)
			t.Cleanup(server.Close)
			c := newClient(t, server, control.WithAPIKey(canary))
			users, err := c.Users(t.Context())
			want := strings.ReplaceAll(test.want, "URL", server.URL)
			if err == nil || !strings.HasPrefix(err.Error(), want) || users != nil {
				t.Errorf("\n got %v, %v\nwant %s", users, err, want)
			}
			if err != nil && strings.Contains(err.Error(), canary) {
				t.Errorf("the error has the API key: %v", err)
			}
		})
	}
}

func respond(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	url := server.URL
	server.Close()
	c, err := control.New(url)
	if err != nil {
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"Live":     func() error { return c.Live(t.Context()) },
		"Heal":     func() error { return c.Heal(t.Context(), 0) },
		"AddFault": func() error { _, err := c.AddFault(t.Context(), control.Fault{Name: "hang-up"}); return err },
		"Requests": func() error { _, err := c.Requests(t.Context(), control.Filter{}); return err },
	} {
		if err := do(); err == nil || !strings.HasPrefix(err.Error(), "control API: ") || !strings.Contains(err.Error(), url) {
			t.Errorf("%s: got %v, want an error with %s", name, err, url)
		}
	}
}

func TestCanceled(t *testing.T) {
	t.Parallel()
	c := newClient(t, newMock(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Token(ctx, 1000, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it canceled", err)
	}
}

// Live is about more than a port that is open.
func TestLiveOfAnotherServer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	want := "control API: GET " + server.URL + "/livez: 404 Not Found"
	if err := newClient(t, server).Live(t.Context()); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
