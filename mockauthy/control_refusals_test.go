package mockauthy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/controlapi"
)

// What a route does not take it refuses, and then it does nothing: a misspelt
// parameter must not widen whom a request is about.
func TestControlAPIRefusesWhatItDoesNotTake(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.fault(t, control.Fault{Name: "hang-up", AuthyID: bob})
	before := r.mock.Snapshot()
	for _, route := range controlapi.Routes() {
		target := strings.NewReplacer("{authy_id}", "1000", "{id}", "1", "{uuid}", "x").Replace(route.Path)
		body := ""
		if route.Body {
			body = "{}"
		}
		asks := map[asked]string{
			{method: route.Method, target: target + "?nonsense=1", body: body}:                        fmt.Sprintf(`"the parameter \"nonsense\" is not known: want one of %s`, strings.ReplaceAll(fmt.Sprintf("%q", route.Query), `"`, `\"`)),
			{method: route.Method, target: target + "?api_key=x&api_key=x", body: body}:               "no application has this API key",
			{method: route.Method, target: target + "?api_key=" + docsKey + "&api_key=x", body: body}: "the parameter api_key comes 2 times: want it once",
		}
		if !route.Body {
			asks[asked{method: route.Method, target: target, body: "x"}] = route.Method + " " + route.Path + " takes no body: want none"
		}
		for ask, want := range asks {
			if got := r.ask(t, ask); got.status/100 != 4 || !strings.Contains(got.body, want) {
				t.Errorf("%s %s: got %v, want %s", ask.method, ask.target, got, want)
			}
		}
	}
	if diff := cmp.Diff(before, r.mock.Snapshot()); diff != "" {
		t.Errorf("refused and done all the same (-want +got):\n%s", diff)
	}
}

// A client that sends all before it reads learns all the same that it was too
// much.
func TestControlAPILargeBody(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newRig(t).mock)
	t.Cleanup(server.Close)
	for name, test := range map[string]struct {
		start string
		size  int
		want  int
	}{
		"too large":                  {`{"email":"`, 31 << 20, http.StatusRequestEntityTooLarge},
		"wrong from the beginning":   {`[`, 15 << 20, http.StatusBadRequest},
		"of a route that takes none": {"", 15 << 20, http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(time.Minute))
			path := "/mock/v1/users"
			if test.start == "" {
				path = "/mock/v1/nothing"
			}
			body := test.start + strings.Repeat("a", test.size-len(test.start))
			if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: mock\r\nContent-Length: %d\r\n\r\n", path, test.size); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(conn, body); err != nil {
				t.Fatalf("the connection breaks off: %v", err)
			}
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatalf("no answer: %v", err)
			}
			if got := readAll(t, response); response.StatusCode != test.want || !strings.Contains(got, `"error"`) {
				t.Errorf("%d %s", response.StatusCode, got)
			}
		})
	}
}
