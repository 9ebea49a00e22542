package mockauthy_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/openapitest"
)

// What the tests' mock knows.
const (
	docsKey  = "d57d919d11e6b221c9bf6f7c882028f9" // keys of Authy's old documentation and sandbox
	otherKey = "bf12974d70818a08199d17d5e2bae630"

	alice = 1000 // confirmed
	bob   = 1001 // confirmed
	carol = 1002 // has not verified a token yet

	aliceSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	bobSecret   = "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA"
	carolSecret = "NJ2W24DTEBXXMZLSEB2GQZJANRQXU6JA"
)

// Content types. That JSON has this one is what Sinatra sends, on which Authy
// is thought to be built; no source has the headers of a real answer.
const (
	jsonType = "application/json;charset=utf-8"
	textType = "text/html;charset=utf-8"
)

// Answers that many tests want, from docs/authy-api.md sections 2.3, 2.4 and 3.4.
var (
	invalidKey   = said{401, jsonType, `{"error_code":"60001","message":"Invalid API key","errors":{"message":"Invalid API key"},"success":false}`}
	unknownRoute = said{401, textType, `Requested URL was not found. Please check http://docs.authy.com/ to see the valid URLs`}
	tokenValid   = said{200, jsonType, `{"message":"Token is valid.","token":"is valid","success":"true"}`}
	tokenInvalid = said{401, jsonType, `{"message":"Token is invalid","token":"is invalid","success":false,"errors":{"message":"Token is invalid"},"error_code":"60020"}`}
	tokenReused  = said{401, jsonType, `{"message":"Token is invalid. Token was used recently","success":false,"errors":{"message":"Token is invalid. Token was used recently"},"error_code":"60019"}`}
	unknownUser  = said{401, jsonType, `{"message":"User doesn't exist","success":false,"errors":{"message":"User doesn't exist"},"error_code":"60016"}`}
	appDetails   = said{200, jsonType, `{"app":{"name":"Authy Docs","plan":"starter","sms_enabled":true,"phone_calls_enabled":true,"app_id":1,"onetouch_enabled":true},"message":"Application information.","success":true}`}
	// The shape of the next two is that of other answers to parameters; no
	// source has their bodies.
	invalidRequest = said{400, jsonType, `{"error_code":"60002","message":"Invalid request","errors":{"message":"Invalid request"},"success":false}`}
	invalidUTF8    = said{400, jsonType, `{"error_code":"60005","message":"UTF-8 invalid","errors":{"message":"UTF-8 invalid"},"success":false}`}
)

// said is an answer as far as clients look at it.
type said struct {
	status      int
	contentType string
	body        string
}

func (s said) String() string {
	return fmt.Sprintf("%d %s\n%s", s.status, s.contentType, s.body)
}

// asked is a request.
type asked struct {
	method      string // "" is GET
	target      string // the path and the query
	key         string // X-Authy-API-Key, if not ""
	contentType string // if not ""
	body        string
}

const (
	formType     = "application/x-www-form-urlencoded"
	jsonBodyType = "application/json"
)

// clock is a clock that a test sets.
type clock struct {
	time atomic.Pointer[time.Time]
}

// noon is when the tests' clocks start: 3 s into a step of 10 s, and into one
// of 30 s.
var noon = time.Date(2026, 11, 22, 12, 0, 3, 0, time.UTC)

func newClock() *clock {
	c := new(clock)
	c.set(noon)
	return c
}

func (c *clock) now() time.Time { return *c.time.Load() }

func (c *clock) set(t time.Time) { c.time.Store(&t) }

func (c *clock) move(by time.Duration) { c.set(c.now().Add(by)) }

// rig is a mock with a client.
type rig struct {
	*clock
	mock   *mockauthy.Server
	client *http.Client
	base   string // what URLs begin with
}

// docsApplication is the application that most tests ask.
func docsApplication() mockauthy.Application {
	return mockauthy.Application{
		Name:   "Authy Docs",
		Plan:   "starter",
		APIKey: docsKey,
		Users: []mockauthy.User{
			{AuthyID: alice, Email: "alice@example.com", Cellphone: "201-555-0100", CountryCode: 1, Secret: aliceSecret, Confirmed: true},
			{AuthyID: bob, Email: "bob@example.com", Cellphone: "201-555-0101", CountryCode: 1, Secret: bobSecret, Confirmed: true},
			{AuthyID: carol, Email: "carol@example.com", Cellphone: "201-555-0102", CountryCode: 1, Secret: carolSecret},
		},
	}
}

// newRig makes a mock of the applications, or of docsApplication, and a client
// that reaches it in this process.
func newRig(t testing.TB, applications ...mockauthy.Application) *rig {
	t.Helper()
	if len(applications) == 0 {
		applications = []mockauthy.Application{docsApplication()}
	}
	c := newClock()
	mock := mockauthy.ForTest(t, mockauthy.WithClock(c.now), mockauthy.WithApplications(applications...))
	return &rig{clock: c, mock: mock, client: checked(t, mock.Client()), base: "https://api.authy.com"}
}

// overTCP makes the client reach the same mock over a socket.
func (r *rig) overTCP(t testing.TB) *rig {
	t.Helper()
	server := httptest.NewServer(r.mock)
	t.Cleanup(server.Close)
	return &rig{clock: r.clock, mock: r.mock, client: checked(t, server.Client()), base: server.URL}
}

// overBoth runs a test in this process and over a socket: a program under test
// must not see a difference.
func overBoth(t *testing.T, test func(t *testing.T, connect func(*rig) *rig)) {
	t.Helper()
	t.Run("in process", func(t *testing.T) {
		t.Parallel()
		test(t, func(r *rig) *rig { return r })
	})
	t.Run("over TCP", func(t *testing.T) {
		t.Parallel()
		test(t, func(r *rig) *rig { return r.overTCP(t) })
	})
}

// checked is the client, which holds all that the control API answers to
// /openapi.yaml.
func checked(t testing.TB, c *http.Client) *http.Client {
	t.Helper()
	c.Transport = openapitest.Transport(t, c.Transport)
	return noRedirects(c)
}

func noRedirects(c *http.Client) *http.Client {
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// request makes the request that a says.
func (r *rig) request(t testing.TB, ctx context.Context, a asked) *http.Request {
	t.Helper()
	method := a.method
	if method == "" {
		method = http.MethodGet
	}
	var body io.Reader
	if a.body != "" {
		body = strings.NewReader(a.body)
	}
	request, err := http.NewRequestWithContext(ctx, method, r.base+a.target, body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, a.target, err)
	}
	if a.key != "" {
		request.Header.Set("X-Authy-API-Key", a.key)
	}
	if a.contentType != "" {
		request.Header.Set("Content-Type", a.contentType)
	}
	return request
}

// ask asks, and fails the test without an answer or with a redirect.
func (r *rig) ask(t testing.TB, a asked) said {
	t.Helper()
	answer, err := r.try(t, a)
	if err != nil {
		t.Fatalf("%s %s: %v", a.method, a.target, err)
	}
	return answer
}

// try asks.
func (r *rig) try(t testing.TB, a asked) (said, error) {
	t.Helper()
	response, err := r.client.Do(r.request(t, t.Context(), a))
	if err != nil {
		return said{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return said{}, err
	}
	if location := response.Header.Get("Location"); location != "" {
		t.Errorf("%s %s: redirects to %s", a.method, a.target, location)
	}
	return said{response.StatusCode, response.Header.Get("Content-Type"), string(body)}, nil
}

// expect asks, and wants exactly that answer.
func (r *rig) expect(t testing.TB, a asked, want said) {
	t.Helper()
	if got := r.ask(t, a); got != want {
		t.Errorf("%s %s\n got %v\nwant %v", a.method, a.target, got, want)
	}
}

// verify asks for a token with force=true, as Authy's own clients do.
func (r *rig) verify(t testing.TB, token string, authyID int64) said {
	t.Helper()
	return r.ask(t, verifyForced(token, authyID))
}

func verifyForced(token string, authyID int64) asked {
	return asked{target: fmt.Sprintf("/protected/json/verify/%s/%d?force=true", token, authyID), key: docsKey}
}

func verifyUnforced(token string, authyID int64) asked {
	return asked{target: fmt.Sprintf("/protected/json/verify/%s/%d", token, authyID), key: docsKey}
}

func (r *rig) expectVerify(t testing.TB, token string, authyID int64, want said) {
	t.Helper()
	r.expect(t, verifyForced(token, authyID), want)
}

// control is a client of the mock's control API.
func (r *rig) control(t testing.TB, opts ...control.Option) *control.Client {
	t.Helper()
	c, err := control.New(r.base, append([]control.Option{control.WithHTTPClient(r.client)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fault puts a fault in force.
func (r *rig) fault(t testing.TB, f control.Fault) {
	t.Helper()
	if _, err := r.control(t).AddFault(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// user is the user as the control API tells of him.
func (r *rig) user(t testing.TB, authyID int64) control.User {
	t.Helper()
	u, err := r.control(t).User(t.Context(), authyID)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// requests is the journal about a user, or all of it with 0.
func (r *rig) requests(t testing.TB, authyID int64) []control.Request {
	t.Helper()
	requests, err := r.control(t).Requests(t.Context(), control.Filter{AuthyID: authyID})
	if err != nil {
		t.Fatal(err)
	}
	return requests
}

// totp is RFC 6238 written once more, so that the mock is not its own judge.
func totp(t testing.TB, secret string, at time.Time, step time.Duration, digits int) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, at.Unix()/int64(step/time.Second))
	sum := mac.Sum(nil)
	code := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&0xf:]) & 0x7fffffff
	all := fmt.Sprintf("%010d", code)
	return all[len(all)-digits:]
}

// native is a token as Authy's own apps show it: 7 digits, a step of 10 s
// (docs/authy-api.md section 5), offset steps from now.
func (r *rig) native(t testing.TB, secret string, offset int) string {
	t.Helper()
	return totp(t, secret, r.now().Add(time.Duration(offset)*10*time.Second), 10*time.Second, 7)
}

// wrongToken is one that no user of docsApplication has within a minute of now.
func (r *rig) wrongToken(t testing.TB) string {
	t.Helper()
	right := map[string]bool{}
	for _, secret := range []string{aliceSecret, bobSecret, carolSecret} {
		for offset := -6; offset <= 6; offset++ {
			right[r.native(t, secret, offset)] = true
		}
	}
	token := "1234567"
	for right[token] {
		token = token[1:] + token[:1]
	}
	return token
}
