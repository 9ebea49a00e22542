package mockauthy_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// Promise 22: canaries that are sent, in every odd way, appear neither in the
// log nor in the journal.
func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	const (
		knownKey   = "canaryKnown0123456789abcdefghijk"
		unknownKey = "canaryUnknown9876543210zyxwvutsr"
	)
	var log bytes.Buffer
	app := docsApplication()
	app.APIKey = knownKey
	c := newClock()
	mock := mockauthy.ForTest(t, mockauthy.WithClock(c.now), mockauthy.WithApplications(app),
		mockauthy.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	r := &rig{clock: c, mock: mock, client: noRedirects(mock.Client()), base: "https://api.authy.com"}

	right, wrong := r.native(t, aliceSecret, 0), r.wrongToken(t)
	six, eight := wrong[:6], wrong+"9"
	escaped := ""
	for _, digit := range right {
		escaped += fmt.Sprintf("%%%x", digit)
	}
	var asks []asked
	for _, token := range []string{right, wrong, six, eight} {
		for _, path := range []string{
			"/protected/json/verify/" + token + "/1000",
			"/protected/json/verify/%20" + token + "/1000",
			"/protected/json/verify/" + token + "%20/1000",
			"/protected/json/verify/%00" + token + "%0a/1000",
			"/protected/json/verify/%31" + token + "/1000",
			"/protected/json/verify/" + token + "1000",            // a slash forgotten
			"/protected/json/verify/hunter2024" + token + "/1000", // a password before it
			"/protected/json/verify/a" + token + "b/1000",
			"/protected/json/verify/1000/" + token,
			"/protected/json/verify/../" + token + "/1000",
			"/protected/json/verify/?token=" + token,
			"/protected/json/verify?" + token,
			"/protected/json/verify/x%2f" + token + "%2f1000",
			"/" + token,
			"/protected/json/app/details?token=" + token + "&%zz",
			"/protected/json/app/details?%20" + token + ";x",
		} {
			asks = append(asks, asked{target: path, key: knownKey}, asked{target: path, key: unknownKey}, asked{target: path})
		}
		asks = append(asks,
			asked{method: "POST", target: "/protected/json/users/new", key: knownKey, contentType: formType, body: "token=" + token},
			asked{method: "POST", target: "/protected/json/users/new", key: knownKey, contentType: jsonBodyType, body: `{"token":"` + token + `"}`},
			asked{method: "POST", target: "/protected/json/users/new", key: knownKey, contentType: jsonBodyType, body: token},
		)
	}
	asks = append(asks, asked{target: "/protected/json/verify/" + escaped + "/1000", key: knownKey})
	for _, key := range []string{knownKey, unknownKey} {
		for _, target := range []string{
			"/protected/json/app/details?api_key=" + key,
			"/protected/json/app/details?API_KEY=" + key,
			"/protected/json/app/details?x=1&api_key=" + key + "&y=2",
			"/protected/json/app/details?api_key=" + key + "&api_key=another",
			"/protected/json/app/details?api_key=" + key + "&%zz",
			"/protected/json/app/details?api_key=" + key + ";x=1",
			"/protected/json/app/details?x=1;api_key=" + key,
			"/protected/json/verify/1234567/?api_key=" + key,
			"/protected/yaml/app/details?api_key=" + key,
		} {
			asks = append(asks, asked{target: target}, asked{target: target, key: knownKey}, asked{target: target, key: unknownKey})
		}
		asks = append(asks,
			asked{target: "/protected/json/app/details", key: key},
			asked{target: "/protected/json/app/details/" + key, key: key},
			asked{target: "/" + key, key: key},
			asked{method: "POST", target: "/protected/json/users/new", contentType: formType, body: "api_key=" + key},
			asked{method: "POST", target: "/protected/json/users/new", contentType: jsonBodyType, body: `{"api_key":"` + key + `"}`},
			asked{method: "POST", target: "/protected/json/users/new", contentType: jsonBodyType, body: `{"api_key":"` + key},
		)
	}
	for _, ask := range asks {
		if _, err := r.try(t, ask); err != nil {
			t.Fatalf("%s: %v", ask.target, err)
		}
	}
	r.expect(t, asked{target: "/protected/json/verify/" + right + "/1000", key: knownKey}, tokenReused) // so one of them was right

	response, err := r.client.Get(r.base + "/mock/v1/requests")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	journal, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(journal), `"number"`); got != len(asks)+1 {
		t.Errorf("the journal has %d requests, want %d", got, len(asks)+1)
	}
	if got := strings.Count(log.String(), "\n"); got != len(asks)+1 {
		t.Errorf("the log has %d lines, want %d", got, len(asks)+1)
	}
	for _, place := range []struct{ name, text string }{
		{"log", log.String()}, {"journal", string(journal)},
	} {
		for _, canary := range []string{
			knownKey, unknownKey, "canary", right, wrong, six, "hunter2024" + right,
			aliceSecret, bobSecret, carolSecret,
		} {
			if i := strings.Index(unescape(place.text), canary); i >= 0 {
				t.Errorf("the %s has %q: …%s…", place.name, canary, unescape(place.text)[max(0, i-80):i+len(canary)+20])
			}
		}
	}
}

// unescape takes all escapes of a URL back, wherever in the text they are.
func unescape(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+3 <= len(text) {
			if plain, err := url.PathUnescape(text[i : i+3]); err == nil {
				b.WriteString(plain)
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// What the log says of a request, and all that it says.
func TestLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	handler := slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	mock := mockauthy.ForTest(t, mockauthy.WithLogger(slog.New(handler)), mockauthy.WithApplications(docsApplication()))
	r := &rig{mock: mock, client: mock.Client(), base: "https://api.authy.com"}
	r.ask(t, asked{target: "/protected/json/verify/nonsense/1000?force=true", key: docsKey})
	r.ask(t, asked{target: "/protected/json/nothing"})
	r.fault(t, control.Fault{Name: "hang-up"})
	r.expectHangUp(t, details)
	want := `level=INFO msg=request endpoint=verify authy_ids=[1000] fault="" status=401 outcome="Token is invalid"
level=INFO msg=request endpoint="" authy_ids=[] fault="" status=401 outcome="Invalid API key"
level=INFO msg=request endpoint=app/details authy_ids=[] fault=hang-up status=0 outcome=""
`
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}
