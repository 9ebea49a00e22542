package mockauthy_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// A full journal of the longest requests there can be is one that the client
// reads, so each of its 1000 entries has at most 16 KiB: with Authy IDs of 19
// digits, an outcome that JSON makes six times as long, and a target that it
// makes twice as long.
func TestFullJournalIsReadable(t *testing.T) {
	t.Parallel()
	const (
		users = 100
		asks  = 20
	)
	app := mockauthy.Application{Name: "A", APIKey: docsKey}
	var names strings.Builder
	for i := range users {
		id := 1_000_000_000_000_000_000 + int64(i)
		app.Users = append(app.Users, mockauthy.User{AuthyID: id, Email: "user@example.com", Cellphone: fmt.Sprintf("201555%04d", i), CountryCode: 1})
		fmt.Fprintf(&names, "u%d=%d&", i, id)
	}
	r := newRig(t, app)
	longest := "/onetouch/json/approval_requests/" + strings.Repeat("%01", 600) + "?" + strings.Repeat(`"`, 4_000)
	for range asks {
		request := newRequest(http.MethodGet, longest, docsKey, formType, names.String())
		if request == nil {
			t.Fatal("no request")
		}
		serve(t, r.mock, request).Body.Close()
	}
	got := r.ask(t, asked{target: "/mock/v1/requests"})
	requests := r.requests(t, 0)
	if len(requests) != asks || len(got.body) > asks*16<<10 {
		t.Fatalf("%d requests in %d bytes", len(requests), len(got.body))
	}
	one := requests[asks-1]
	if len(one.Target) > 4<<10 || !strings.HasSuffix(one.Target, "…") || len(one.Outcome) > 512 || len(one.AuthyIDs) != 64 || one.Status != http.StatusNotFound {
		t.Errorf("target of %d bytes, outcome of %d, %d users, status %d", len(one.Target), len(one.Outcome), len(one.AuthyIDs), one.Status)
	}

	// A method is whatever a client calls one.
	request := newRequest(strings.Repeat("GET", 10_000), "/protected/json/app/details", docsKey, "", "")
	serve(t, r.mock, request).Body.Close()
	if one = r.requests(t, 0)[asks]; len(one.Method) > 32 {
		t.Errorf("a method of %d bytes", len(one.Method))
	}
	if found, err := r.control(t).Requests(t.Context(), control.Filter{AuthyID: 1_000_000_000_000_000_000}); err != nil || len(found) != asks {
		t.Errorf("%d requests about a user, %v", len(found), err)
	}
}

// A target can name thousands of users, each of whom is told from a token, and
// with a zero before the number it is one.
func TestTargetOfManyUsers(t *testing.T) {
	t.Parallel()
	const users = 400
	app := mockauthy.Application{Name: "A", APIKey: docsKey}
	var named strings.Builder
	for i := range users {
		id := 7_000_000 - i // so that each comes before those that are there
		app.Users = append(app.Users, mockauthy.User{AuthyID: int64(id), Email: "user@example.com", Cellphone: fmt.Sprintf("201555%04d", i), CountryCode: 1})
		fmt.Fprintf(&named, "-%d", id)
	}
	r := newRig(t, app)
	target := "/nowhere?" + named.String() + "-"
	for from, to := range map[string]string{
		target: target,
		"/nowhere?-06999999-6999999-1234567-6999999-9999999999999999999999": "/nowhere?-[token]-6999999-[token]-6999999-[token]",
	} {
		r.ask(t, asked{target: from, key: docsKey})
		all := r.requests(t, 0)
		if got := all[len(all)-1].Target; got != to {
			t.Errorf("%s\n got %s\nwant %s", from, got, to)
		}
	}
	for _, one := range r.requests(t, 0) {
		if !slices.IsSorted(one.AuthyIDs) || len(slices.Compact(slices.Clone(one.AuthyIDs))) != len(one.AuthyIDs) || len(one.AuthyIDs) == 0 {
			t.Errorf("users %v: want each once, in order", one.AuthyIDs)
		}
	}
}
