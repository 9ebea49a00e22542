package hooks_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// verify asks the server about the canary token of alice.
func verify(ctx context.Context, tb testing.TB, base string, roots *x509.CertPool) error {
	tb.Helper()
	parsed, err := url.Parse(base)
	if err != nil {
		tb.Fatal(err)
	}
	token, err := hooks.ParseToken(canaryToken, 7)
	if err != nil {
		tb.Fatal(err)
	}
	return hooks.NewAuthyClient(parsed, hooks.NewSecret(canaryKey), roots).Verify(ctx, aliceID, token)
}

func TestVerifyRequest(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/", "/mock", "/mock/", "/with%20space/"} {
		server := newAuthy(t, answering(200, goodAnswer))
		wantError(t, verify(t.Context(), t, server.URL+base, nil), nil)
		requests := server.seen()
		if len(requests) != 1 {
			t.Fatalf("%d requests, want 1", len(requests))
		}
		r := requests[0]
		want := strings.TrimSuffix(base, "/") + "/protected/json/verify/" + canaryToken + "/1001?force=true"
		if r.Method != http.MethodGet || r.RequestURI != want {
			t.Errorf("%s %s, want GET %s", r.Method, r.RequestURI, want)
		}
		for name, value := range map[string]string{
			"X-Authy-API-Key": canaryKey, "Accept": "application/json",
			"User-Agent": "sftpgo-authy-hooks", "Accept-Encoding": "", "Connection": "close",
		} {
			if got := r.Header.Get(name); got != value {
				t.Errorf("%s: %q, want %q", name, got, value)
			}
		}
		if r.ContentLength != 0 || r.Proto != "HTTP/1.1" {
			t.Errorf("%s with a body of %d bytes", r.Proto, r.ContentLength)
		}
	}
}

// TestVerifyAnswers is the table of answers: only one shape lets anybody in.
func TestVerifyAnswers(t *testing.T) {
	t.Parallel()
	const malformed = "the answer of Authy proves nothing"
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	tests := []struct {
		name   string
		status int
		body   string
		want   error
		text   string // in the error
	}{
		{name: "right, as Authy sends it", status: 200, body: goodAnswer},
		{name: "boolean success", status: 200, body: `{"token":"is valid","success":true}`},
		{name: "with device", status: 200, body: `{"message":"Token is valid.","token":"is valid","success":"true","device":{"id":null,"success":"false","success":false,"token":"is invalid"}}`},
		{name: "white space", status: 200, body: "\r\n\t {\"token\" : \"is valid\" ,\n \"success\":true } \n"},
		{name: "escaped letters", status: 200, body: `{"t\u006fken":"is\u0020valid","success":"\u0074rue"}`},
		{name: "deep nesting elsewhere", status: 200, body: `{"token":"is valid","success":"true","device":` + deep + `}`},

		{"success false text", 200, `{"token":"is valid","success":"false"}`, hooks.ErrMalformedAnswer, "without success"},
		{"success false", 200, `{"token":"is valid","success":false}`, hooks.ErrMalformedAnswer, ""},
		{"success True", 200, `{"token":"is valid","success":"True"}`, hooks.ErrMalformedAnswer, ""},
		{"success TRUE", 200, `{"token":"is valid","success":"TRUE"}`, hooks.ErrMalformedAnswer, ""},
		{"success with space", 200, `{"token":"is valid","success":"true "}`, hooks.ErrMalformedAnswer, ""},
		{"success 1", 200, `{"token":"is valid","success":1}`, hooks.ErrMalformedAnswer, ""},
		{"success text 1", 200, `{"token":"is valid","success":"1"}`, hooks.ErrMalformedAnswer, ""},
		{"success null", 200, `{"token":"is valid","success":null}`, hooks.ErrMalformedAnswer, ""},
		{"success empty", 200, `{"token":"is valid","success":""}`, hooks.ErrMalformedAnswer, ""},
		{"success list", 200, `{"token":"is valid","success":["true"]}`, hooks.ErrMalformedAnswer, ""},
		{"success object", 200, `{"token":"is valid","success":{"success":true}}`, hooks.ErrMalformedAnswer, ""},
		{"success missing", 200, `{"token":"is valid"}`, hooks.ErrMalformedAnswer, ""},
		{"success in other case", 200, `{"token":"is valid","Success":"true"}`, hooks.ErrMalformedAnswer, ""},

		{"token missing", 200, `{"message":"Token is valid.","success":"true"}`, hooks.ErrMalformedAnswer, "without a valid token"},
		{"token empty", 200, `{"token":"","success":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"token cut", 200, `{"token":"is","success":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"token invalid", 200, `{"token":"is invalid","success":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"token with more", 200, `{"token":"is valid.","success":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"token in capitals", 200, `{"token":"Is Valid","success":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"token true", 200, `{"token":true,"success":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"token null", 200, `{"token":null,"success":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"token list", 200, `{"token":["is valid"],"success":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"token in other case", 200, `{"Token":"is valid","success":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"other request of the API", 200, `{"success":true,"message":"SMS token was sent","cellphone":"+57-XXX-XXX-XX12"}`, hooks.ErrMalformedAnswer, ""},
		{"failure with 200", 200, `{"message":"Token is invalid","token":"is invalid","success":false,"error_code":"60020"}`, hooks.ErrMalformedAnswer, ""},

		{"duplicate success", 200, `{"token":"is valid","success":"false","success":"true"}`, hooks.ErrMalformedAnswer, "one well-formed"},
		{"duplicate success, same", 200, `{"token":"is valid","success":"true","success":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"duplicate token", 200, `{"token":"is invalid","token":"is valid","success":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"duplicate escaped", 200, `{"token":"is valid","success":"false","s\u0075ccess":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"duplicate but for case", 200, `{"token":"is valid","success":"true","SUCCESS":"false"}`, hooks.ErrMalformedAnswer, ""},
		{"duplicate but for long s", 200, `{"token":"is valid","success":"true","ſuccess":"false"}`, hooks.ErrMalformedAnswer, ""},
		{"duplicate but for Kelvin sign", 200, `{"token":"is valid","to` + "\u212a" + `en":"is invalid","success":"true"}`, hooks.ErrMalformedAnswer, ""},
		{"byte order mark", 200, "\ufeff" + goodAnswer, hooks.ErrMalformedAnswer, ""},
		{"trailing brace", 200, goodAnswer + "}", hooks.ErrMalformedAnswer, ""},
		{"trailing object", 200, goodAnswer + goodAnswer, hooks.ErrMalformedAnswer, ""},
		{"trailing NUL", 200, goodAnswer + "\x00", hooks.ErrMalformedAnswer, ""},
		{"truncated", 200, goodAnswer[:len(goodAnswer)-1], hooks.ErrMalformedAnswer, ""},
		{"trailing comma", 200, `{"token":"is valid","success":"true",}`, hooks.ErrMalformedAnswer, ""},
		{"single quotes", 200, `{'token':'is valid','success':'true'}`, hooks.ErrMalformedAnswer, ""},
		{"comment", 200, `{"token":"is valid","success":"true"/**/}`, hooks.ErrMalformedAnswer, ""},
		{"NaN", 200, `{"token":"is valid","success":"true","x":NaN}`, hooks.ErrMalformedAnswer, ""},
		{"not UTF-8", 200, "{\"token\":\"is valid\",\"success\":\"true\",\"x\":\"\xff\"}", hooks.ErrMalformedAnswer, ""},
		{"UTF-16", 200, "\xff\xfe{\x00}\x00", hooks.ErrMalformedAnswer, ""},
		{"empty", 200, "", hooks.ErrMalformedAnswer, ""},
		{"spaces", 200, " \n", hooks.ErrMalformedAnswer, ""},
		{"null", 200, "null", hooks.ErrMalformedAnswer, ""},
		{"true", 200, "true", hooks.ErrMalformedAnswer, ""},
		{"text true", 200, `"true"`, hooks.ErrMalformedAnswer, ""},
		{"text is valid", 200, `"is valid"`, hooks.ErrMalformedAnswer, ""},
		{"number", 200, "1", hooks.ErrMalformedAnswer, ""},
		{"empty list", 200, "[]", hooks.ErrMalformedAnswer, ""},
		{"list of the answer", 200, "[" + goodAnswer + "]", hooks.ErrMalformedAnswer, ""},
		{"empty object", 200, "{}", hooks.ErrMalformedAnswer, ""},
		{"nested answer", 200, `{"answer":` + goodAnswer + `}`, hooks.ErrMalformedAnswer, ""},
		{"too deep", 200, strings.Repeat("[", 20000), hooks.ErrMalformedAnswer, ""},
		{"HTML", 200, "<html><body>is valid</body></html>", hooks.ErrMalformedAnswer, ""},
		{"XML", 200, "<hash><token>is valid</token><success>true</success></hash>", hooks.ErrMalformedAnswer, ""},
		{"random bytes", 200, "\x16\x03\x01\x8f\x92\x00\xfe", hooks.ErrMalformedAnswer, malformed},

		{"wrong token", 401, `{"message":"Token is invalid","token":"is invalid","success":false,"errors":{"message":"Token is invalid"},"error_code":"60020"}`, hooks.ErrTokenWrong, "(HTTP status 401, error code 60020)"},
		{"token of another user", 401, `{"message":"Token is invalid","token":"is invalid","success":false,"error_code":"60020"}`, hooks.ErrTokenWrong, ""},
		{"used token", 401, `{"message":"Token is invalid. Token was used recently","success":false,"error_code":"60019"}`, hooks.ErrTokenUsed, ""},
		{"wrong key", 401, `{"error_code":"60001","message":"Invalid API key","errors":{"message":"Invalid API key"},"success":false}`, hooks.ErrKeyRefused, ""},
		{"unknown ID", 404, `{"message":"User doesn't exist","success":false,"error_code":"60016"}`, hooks.ErrIDUnknown, ""},
		{"unknown ID, other code", 401, `{"message":"User not found.","success":false,"errors":{},"error_code":"60026"}`, hooks.ErrIDUnknown, ""},
		{"rate limit", 429, `{"error_code":"60003","message":"DoS protection","success":false}`, hooks.ErrRateLimited, "60003"},
		{"rate limit, older", 503, `{"error_code":"60003","message":"Rate limit exceeded","success":false}`, hooks.ErrRateLimited, ""},
		{"rate limit without body", 429, "", hooks.ErrRateLimited, "(HTTP status 429)"},
		{"unknown route", 401, "Requested URL was not found. Please check http://docs.authy.com/ to see the valid URLs", hooks.ErrUnexpectedStatus, "(HTTP status 401)"},
		{"suspended", 503, `{"message":"Your account is suspended","success":false,"error_code":"60060"}`, hooks.ErrUnexpectedStatus, "error code 60060"},
		{"error code is no code", 400, `{"error_code":"12\n45"}`, hooks.ErrUnexpectedStatus, "(HTTP status 400)"},
		{"error code is the token", 400, `{"error_code":"` + canaryToken + `"}`, hooks.ErrUnexpectedStatus, "(HTTP status 400)"},
		{"error code is a number", 401, `{"error_code":60020}`, hooks.ErrUnexpectedStatus, "(HTTP status 401)"},
		{"message with the key", 400, `{"message":"bad key ` + canaryKey + `","error_code":"60000"}`, hooks.ErrUnexpectedStatus, "60000"},
		{"bad gateway", 502, "<html><body><h1>502 Bad Gateway</h1></body></html>", hooks.ErrUnexpectedStatus, "502"},
	}
	for _, status := range []int{201, 202, 203, 206, 226, 299, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 408, 418, 429, 500, 502, 503, 504, 599, 999} {
		want := hooks.ErrUnexpectedStatus
		if status == 429 {
			want = hooks.ErrRateLimited
		}
		tests = append(tests, struct {
			name   string
			status int
			body   string
			want   error
			text   string
		}{"right answer with another status", status, goodAnswer, want, ""})
	}
	for _, test := range tests {
		server := newAuthy(t, answering(test.status, test.body))
		err := verify(t.Context(), t, server.URL, nil)
		wantError(t, err, test.want)
		if err != nil && !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: error %q, want it to hold %q", test.name, err, test.text)
		}
		if (err == nil) != (test.want == nil) {
			t.Errorf("%s: status %d with %.80q: %v", test.name, test.status, test.body, err)
		}
		if n := len(server.seen()); n != 1 {
			t.Errorf("%s: %d requests, want 1", test.name, n)
		}
	}
}

func TestVerifyIgnoresHeaders(t *testing.T) {
	t.Parallel()
	for _, header := range [][2]string{
		{"Content-Type", "text/html"},
		{"Content-Type", ""},
		{"Content-Type", "application/xml; charset=utf-16"},
		{"Content-Type", "garbage;;"},
		{"Retry-After", "1"},
		{"Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"},
		{"Set-Cookie", "a=b"},
		{"Location", "/elsewhere"},
	} {
		for _, status := range []int{200, 429, 503} {
			server := newAuthy(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()[header[0]] = []string{header[1]}
				w.WriteHeader(status)
				_, _ = w.Write([]byte(goodAnswer))
			})
			err := verify(t.Context(), t, server.URL, nil)
			if (err == nil) != (status == 200) {
				t.Errorf("%v with status %d: %v", header, status, err)
			}
			if n := len(server.seen()); n != 1 {
				t.Errorf("%v with status %d: %d requests, want 1", header, status, n)
			}
		}
	}
}

func TestVerifyFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	other := newAuthy(t, answering(200, goodAnswer))
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, target := range []string{"/protected/json/app/details", "", "?x=1", other.URL, strings.Replace(other.URL, "http:", "", 1), "https://" + other.Listener.Addr().String(), "file:///etc/passwd", ":bad:"} {
			server := newAuthy(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", target)
				w.WriteHeader(status)
				_, _ = w.Write([]byte(goodAnswer))
			})
			wantError(t, verify(t.Context(), t, server.URL, nil), hooks.ErrUnexpectedStatus)
			if n := len(server.seen()); n != 1 {
				t.Errorf("redirect %d to %q: %d requests, want 1", status, target, n)
			}
		}
	}
	if n := len(other.seen()); n != 0 {
		t.Errorf("another host got %d requests", n)
	}
}

// TestVerifyRefusesShapes is the last line of defence: what reaches the client
// past ParseToken and ParseAuthyID, by mistake or on purpose, does not leave.
func TestVerifyRefusesShapes(t *testing.T) {
	t.Parallel()
	server := newAuthy(t, answering(200, goodAnswer))
	base, _ := url.Parse(server.URL)
	client := hooks.NewAuthyClient(base, hooks.NewSecret(canaryKey), nil)
	good, _ := hooks.ParseToken("1234567", 7)
	for _, text := range notTokens {
		if err := client.Verify(t.Context(), aliceID, hooks.Token{Secret: hooks.NewSecret(text)}); !errors.Is(err, hooks.ErrTokenFormat) {
			t.Errorf("token %.20q: %v", text, err)
		}
	}
	for _, id := range []hooks.AuthyID{"", "-1", "1001?", "1001/..", "../sms/1001", "1001#", "1001 ", "１", "123456789012345678901", "1%30"} {
		if err := client.Verify(t.Context(), id, good); err == nil {
			t.Errorf("Authy ID %q was taken", id)
		}
	}
	wantError(t, client.Verify(t.Context(), aliceID, hooks.Token{}), hooks.ErrTokenFormat)
	if n := len(server.seen()); n != 0 {
		t.Errorf("%d requests left", n)
	}
}

func TestVerifyTLS(t *testing.T) {
	t.Parallel()
	server := newTLSAuthy(t, answering(200, goodAnswer))
	plain := newAuthy(t, answering(200, goodAnswer))
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())

	wantError(t, verify(t.Context(), t, server.URL, roots), nil)
	for name, test := range map[string]struct {
		url   string
		roots *x509.CertPool
		text  string
	}{
		"unknown authority": {server.URL, nil, "not trusted"},
		"other authority":   {server.URL, x509.NewCertPool(), "not trusted"},
		"other host name":   {strings.Replace(server.URL, "127.0.0.1", "localhost", 1), roots, "not trusted"},
		"no TLS":            {strings.Replace(plain.URL, "http", "https", 1), roots, "does not speak TLS"},
	} {
		err := verify(t.Context(), t, test.url, test.roots)
		wantError(t, err, hooks.ErrUnreachable)
		if err == nil || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: %v, want it to hold %q", name, err, test.text)
		}
	}
	if n := len(server.seen()); n != 1 {
		t.Errorf("%d requests, want only the trusting one", n)
	}
	if n := len(plain.seen()); n != 0 {
		t.Errorf("%d requests over plain HTTP", n)
	}
	// A TLS server asked in plain HTTP answers with status 400.
	wantError(t, verify(t.Context(), t, strings.Replace(server.URL, "https", "http", 1), nil), hooks.ErrUnexpectedStatus)
}
