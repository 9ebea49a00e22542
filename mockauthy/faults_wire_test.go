package mockauthy_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

const validBody = `{"message":"Token is valid.","token":"is valid","success":"true"}`

func count(n int) *int { return &n }

// got is what came through of an answer.
type got struct {
	status int
	body   string
	err    error
}

// receive asks, and keeps what came before an error.
func (r *rig) receive(t *testing.T, ctx context.Context, a asked) got {
	t.Helper()
	response, err := r.client.Do(r.request(t, ctx, a))
	if err != nil {
		return got{err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return got{response.StatusCode, string(body), err}
}

// What a client sees of the faults that damage the answer on its way, with and
// without a socket.
func TestFaultsOnTheWire(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  control.Fault
		status int // 0 for no answer
		body   string
		err    string // part of the error; "" for none
	}{
		"reset":                {control.Fault{Name: "reset"}, 0, "", "EOF|reset by peer"},
		"reset in the body":    {control.Fault{Name: "reset", After: count(10)}, 200, "*", "EOF|reset by peer"},
		"reset after all":      {control.Fault{Name: "reset", After: count(1000)}, 200, "*", "*"},
		"cut-off":              {control.Fault{Name: "cut-off"}, 200, validBody[:len(validBody)/2], "unexpected EOF"},
		"cut-off early":        {control.Fault{Name: "cut-off", After: count(0)}, 200, "", "unexpected EOF"},
		"cut-off late":         {control.Fault{Name: "cut-off", After: count(1 << 30)}, 200, validBody, ""},
		"cut-chunk":            {control.Fault{Name: "cut-chunk"}, 200, validBody[:len(validBody)/2], "unexpected EOF"},
		"garbage":              {control.Fault{Name: "garbage"}, 0, "", "malformed HTTP"},
		"garbage-chunks":       {control.Fault{Name: "garbage-chunks"}, 200, validBody[:len(validBody)/2], "invalid byte in chunk length"},
		"wrong-length":         {control.Fault{Name: "wrong-length"}, 200, validBody[:len(validBody)/2], ""},
		"wrong-length, longer": {control.Fault{Name: "wrong-length", Length: count(1000)}, 200, validBody, "unexpected EOF"},
		"drip":                 {control.Fault{Name: "drip", Interval: "1us"}, 200, validBody, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
				test := test // two connections run side by side
				mock := newRig(t)
				r := connect(mock)
				mock.fault(t, test.fault)
				g := r.receive(t, t.Context(), verifyForced(r.native(t, aliceSecret, 0), alice))
				if test.body == "*" { // what was sent before a reset may be lost
					test.body, test.status = g.body, g.status
				}
				if g.status != test.status || g.body != test.body || !like(g.err, test.err) {
					t.Errorf("got %d %q, %v; want %d %q, %s", g.status, g.body, g.err, test.status, test.body, test.err)
				}
				// A connection that was damaged may still be taken for a good one, so
				// what follows does not use it.
				if err := mock.control(t).Heal(t.Context(), 0); err != nil {
					t.Fatal(err)
				}
				mock.expect(t, details, appDetails)
			})
		})
	}
}

// like tells whether the error is one of those in want.
func like(err error, want string) bool {
	if want == "" || err == nil {
		return want == "*" || want == "" && err == nil
	}
	for part := range strings.SplitSeq(want, "|") {
		if part == "*" || strings.Contains(err.Error(), part) {
			return true
		}
	}
	return false
}

// Over TCP a reset is one, and not the end that hang-up is.
func TestFaultResetIsOne(t *testing.T) {
	t.Parallel()
	r := newRig(t).overTCP(t)
	r.fault(t, control.Fault{Name: "reset"})
	if g := r.receive(t, t.Context(), details); !errors.Is(g.err, syscall.ECONNRESET) {
		t.Errorf("got %+v, want the connection reset", g)
	}
}

// What becomes of the fields of a right and of a wrong answer.
func TestFaultsOfFields(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault          control.Fault
		valid, invalid string
	}{
		"contradict": {
			control.Fault{Name: "contradict"},
			`{"message":"Token is valid.","token":"is valid","success":false}`,
			`{"message":"Token is invalid","token":"is invalid","success":"true","errors":{"message":"Token is invalid"},"error_code":"60020"}`,
		},
		"wrong-types": {
			control.Fault{Name: "wrong-types"},
			`{"message":["Token is valid."],"token":["is valid"],"success":true}`,
			`{"message":["Token is invalid"],"token":["is invalid"],"success":"false","errors":[],"error_code":["60020"]}`,
		},
		"drop-fields": {
			control.Fault{Name: "drop-fields", Names: []string{"token", "errors", "nothing"}},
			`{"message":"Token is valid.","success":"true"}`,
			`{"message":"Token is invalid","success":false,"error_code":"60020"}`,
		},
		"set-fields": {
			control.Fault{Name: "set-fields", Fields: map[string]json.RawMessage{"token": []byte(`"is"`), "success": []byte("[ 1,\n null ]"), "new": []byte("{}")}},
			`{"message":"Token is valid.","token":"is","success":[1,null],"new":{}}`,
			`{"message":"Token is invalid","token":"is","success":[1,null],"errors":{"message":"Token is invalid"},"error_code":"60020","new":{}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.fault(t, test.fault)
			r.expectVerify(t, r.native(t, aliceSecret, 0), alice, said{200, jsonType, test.valid})
			r.expectVerify(t, r.wrongToken(t), alice, said{401, jsonType, test.invalid})
			r.expect(t, asked{target: "/protected/json/nothing", key: docsKey}, unknownRoute) // is no JSON
		})
	}
}

// Every fault that waits ends when the client is gone, and lets it go when the
// client gives up: otherwise the bubble would never end.
func TestFaultsThatWait(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]control.Fault{
		"delay":   {Name: "delay", Delay: "1h"},
		"drip":    {Name: "drip", Interval: "1h"},
		"silence": {Name: "silence"},
		"stall":   {Name: "stall"},
		"endless": {Name: "endless"},
		"late":    {Name: "answer", Delay: "1h"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				r.fault(t, fault)
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				start := time.Now()
				g := r.receive(t, ctx, details)
				if took := time.Since(start); !errors.Is(g.err, context.DeadlineExceeded) || took != 3*time.Second {
					t.Errorf("after %s: %v; want the deadline exceeded after 3s", took, g.err)
				}
			})
		})
	}
}

// Every fault that waits ends when the server stops, though the client stays,
// and reads nothing.
func TestFaultsThatWaitEndWithServer(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"silence", "stall", "drip", "endless"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			ended := make(chan struct{}, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
				if strings.HasPrefix(request.URL.Path, "/protected/") {
					defer func() { ended <- struct{}{} }()
				}
				r.mock.ServeHTTP(w, request)
			}))
			t.Cleanup(server.Close)
			client := &rig{clock: r.clock, mock: r.mock, client: server.Client(), base: server.URL}
			r.fault(t, control.Fault{Name: name}) // not by client, which asks again where an old connection breaks
			gone := make(chan error, 1)
			go func() {
				response, err := client.client.Do(client.request(t, t.Context(), details))
				if err == nil {
					<-ended
					err = response.Body.Close()
				}
				gone <- err
			}()
			r.arrival(t)
			server.CloseClientConnections()
			if err := <-gone; name == "silence" && err == nil {
				t.Error("got an answer")
			}
		})
	}
}

// arrival waits until a request is in the journal.
func (r *rig) arrival(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); len(r.requests(t, 0)) == 0; {
		if time.Now().After(deadline) {
			t.Fatal("no request arrives")
		}
	}
}

// A fault of one request slows no other.
func TestFaultSlowsNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.fault(t, control.Fault{Name: "delay", Delay: "1h", Times: 1})
		slow := make(chan said)
		go func() { slow <- r.ask(t, details) }()
		synctest.Wait()
		start := time.Now()
		r.expect(t, details, appDetails)
		if took := time.Since(start); took != 0 {
			t.Errorf("it took %s", took)
		}
		if got := <-slow; got != appDetails {
			t.Errorf("the slow one got %v", got)
		}
	})
}

// HTTP/2 does not give its connection away: there the answer is broken off. TLS
// does.
func TestFaultsOverTLS(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		for _, fault := range []control.Fault{{Name: "reset"}, {Name: "reset", After: count(10)}, {Name: "cut-off"}, {Name: "cut-chunk"}, {Name: "garbage"}, {Name: "garbage-chunks"}, {Name: "hang-up"}} {
			t.Run(fmt.Sprintf("%s, HTTP/2 %v", fault.Name, http2), func(t *testing.T) {
				t.Parallel()
				r := newRig(t)
				server := httptest.NewUnstartedServer(r.mock)
				server.EnableHTTP2 = http2
				server.StartTLS()
				t.Cleanup(server.Close)
				client := &rig{clock: r.clock, mock: r.mock, client: server.Client(), base: server.URL}
				r.fault(t, fault)
				if g := client.receive(t, t.Context(), details); g.err == nil {
					t.Errorf("got %+v, want an error", g)
				}
			})
		}
	}
}

// A handler's recorder cannot be sent half an answer, so it is sent none; and no
// memory is filled without end.
func TestFaultsWithoutConnection(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"reset", "garbage", "cut-chunk", "endless"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.fault(t, control.Fault{Name: name})
			defer func() {
				if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // a panic value
					t.Errorf("panic %v, want %v", p, http.ErrAbortHandler)
				}
			}()
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, details.target, nil)
			request.Header.Set("X-Authy-API-Key", docsKey)
			r.mock.ServeHTTP(httptest.NewRecorder(), request)
		})
	}
}

// A cellphone selects a fault, for the verification of its user's tokens only.
func TestMagicUser(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.expect(t, newUserForm("dave@example.com", "201-555-0900", "1"), created(1003))
	r.expectHangUp(t, verifyForced("1234567", 1003))
	r.expectVerify(t, r.wrongToken(t), alice, tokenInvalid)
	r.expect(t, details, appDetails)
	r.fault(t, control.Fault{Name: "answer", Status: 503, AuthyID: 1003}) // goes before
	r.expect(t, verifyForced("1234567", 1003), said{503, jsonType, ""})
	if requests := r.requests(t, 1003); len(requests) != 2 || requests[0].Fault != "hang-up" || requests[1].Fault != "answer" {
		t.Errorf("journal %+v, want the two faults", requests)
	}
}

func TestSeededFault(t *testing.T) {
	t.Parallel()
	applications, err := mockauthy.ParseSeed("seed.yaml", []byte(`
applications:
  - name: A
    api_key: `+docsKey+`
    users:
      - {authy_id: 1000, email: a@example.com, cellphone: 201-555-0100, country_code: 1, fault: hang-up}
`))
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, applications...)
	r.expectHangUp(t, verifyForced("1234567", alice))
	_, err = mockauthy.ParseSeed("seed.yaml", []byte(`
applications:
  - name: A
    api_key: `+docsKey+`
    users:
      - {authy_id: 1000, email: a@example.com, cellphone: 201-555-0100, country_code: 1, fault: delay}
`))
	if want := `mockauthy: seed.yaml:6: user "a@example.com" of the application "A": fault delay: the delay 0s: want more than nothing and at most an hour`; err == nil || err.Error() != want {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
}

func TestFaultsOfLibrary(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	added, err := r.mock.AddFault(control.Fault{Name: "hang-up"})
	if err != nil || added.ID != 1 {
		t.Fatalf("AddFault: %+v, %v", added, err)
	}
	r.expectHangUp(t, details)
	if err := r.mock.RemoveFault(added.ID); err != nil {
		t.Error(err)
	}
	r.expect(t, details, appDetails)
	if _, err := r.mock.AddFault(control.Fault{Name: "answer", Status: 503}); err != nil {
		t.Error(err)
	}
	r.mock.ClearFaults()
	r.expect(t, details, appDetails)
	if err := r.mock.RemoveFault(2); err == nil || err.Error() != "mockauthy: no fault in force has the ID 2" {
		t.Errorf("RemoveFault: %v", err)
	}
	for want, f := range map[string]control.Fault{
		`mockauthy: delay "soon": want a duration such as 3s or 250ms`:                     {Name: "delay", Delay: "soon"},
		`mockauthy: fault delay: the delay 0s: want more than nothing and at most an hour`: {Name: "delay"},
	} {
		if _, err := r.mock.AddFault(f); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
