package mockauthy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/controlapi"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/openapitest"
)

// hold asks the mock past any client, and holds the answer to /openapi.yaml.
func (r *rig) hold(t *testing.T, request *http.Request) said {
	t.Helper()
	response := serve(t, r.mock, request)
	got := said{response.StatusCode, response.Header.Get("Content-Type"), readAll(t, response)}
	answer := openapitest.Answer{Status: got.status, Header: http.Header{"Content-Type": {got.contentType}}, Body: got.body}
	if err := openapitest.Load(t).Check(request, answer, openapi3filter.Options{}); err != nil {
		t.Fatalf("%s %s: /openapi.yaml: %v", request.Method, request.URL, err)
	}
	return got
}

// What is sent in XML is read or refused, and comes to the same when it is sent
// again.
func FuzzXML(f *testing.F) {
	for _, body := range []string{
		"<user><email>user@domain.com</email><cellphone>317-338-9302</cellphone><country_code>1</country_code></user>",
		`<?xml version="1.0" encoding="UTF-8"?><user><email>a@b.c</email></user>`, "<a>", "</a>", "<a/><b/>", "<a>&x;</a>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
		strings.Repeat("<a>", 40), "<a><![CDATA[x]]></a>", "\xff", "<a b='c'/>", "<api_key>" + docsKey + "</api_key>", `<?xml version="1.0" encoding="latin1"?><a/>`, "<a xmlns:x='y'><x:b>1</x:b></a>",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := emptyRig(t)
		ask := func() said {
			return r.hold(t, newRequest(http.MethodPost, "/protected/json/users/new", docsKey, "application/xml", body))
		}
		if first, again := ask(), ask(); first != again || (first.status != 200 && first.status != 400) {
			t.Errorf("%q: %v, then %v", body, first, again)
		}
	})
}

// An approval request with whatever details and logos is one that can be shown
// and answered, or is refused.
func FuzzApprovalRequest(f *testing.F) {
	f.Add("message=Transfer&details[to]=bob&details[amount]=10&hidden_details[ip]=192.0.2.1&seconds_to_expire=120", false)
	f.Add("message=Hello&logos[][res]=default&logos[][url]=https://example.com/a.png&logos[][res]=med&logos[][url]=x", false)
	f.Add("message=Hello&logos[1][res]=low&logos[0][res]=default&logos[0][url]=x", false)
	f.Add("message=%00&details[]=1&details[a][b]=2&details[=3&details[%ff]=4&seconds_to_expire=-1", false)
	f.Add(`{"message":"Hello","details":{"to":"bob","n":1,"b":true,"o":{"p":null}},"hidden_details":[],"logos":[{"res":"default","url":"x"}],"seconds_to_expire":null}`, true)
	f.Add(`{"message":"Hello","logos":[[],1,null,{},{"res":{"a":1}}],"logos[0][res]":"low","seconds_to_expire":1e3}`, true)
	f.Fuzz(func(t *testing.T, body string, asJSON bool) {
		r := newRig(t)
		contentType := formType
		if asJSON {
			contentType = jsonBodyType
		}
		got := r.hold(t, newRequest(http.MethodPost, "/onetouch/json/users/1000/approval_requests", docsKey, contentType, body))
		all := r.approvals(t) // the client holds it to /openapi.yaml
		if (got.status == 200) != (len(all) == 1) {
			t.Fatalf("%q: %v, but there are %+v", body, got, all)
		}
		if got.status != 200 {
			return
		}
		if err := r.control(t).AnswerApproval(t.Context(), all[0].UUID, "approved"); err != nil && !strings.Contains(err.Error(), "expired already") {
			t.Errorf("%q: %v", body, err)
		}
		r.hold(t, newRequest(http.MethodGet, "/onetouch/json/approval_requests/"+all[0].UUID, docsKey, "", ""))
		if xml := r.ask(t, reading("/onetouch/xml/approval_requests/"+all[0].UUID)); xml.status != 200 {
			t.Errorf("%q: in XML: %v", body, xml)
		}
	})
}

// A fault that is accepted is in force as it was said, befalls a request, and can
// be ended.
func FuzzFault(f *testing.F) {
	for _, body := range []string{
		`{"name":"hang-up"}`, `{"name":"delay","delay":"1ms","times":1}`, `{"name":"answer","status":503,"headers":{"Retry-After":"1"},"body":"x"}`, `{"name":"drip","interval":"1ns"}`,
		`{"name":"set-fields","fields":{"success":[null, {"a":1e400}]}}`, `{"name":"drop-fields","names":["token",""]}`, `{"name":"reset","after":3}`, `{"name":"cut-off","after":0}`, `{"name":"wrong-length","length":-5}`,
		`{"name":"wrong-types"}`, `{"name":"contradict","probability":0.5,"seed":18446744073709551615}`, `{"name":"endless","endpoint":"verify","authy_id":1000}`, `{"name":"garbage-chunks"}`, `{"name":"cut-chunk","after":99999}`,
		`{"NAME":"hang-up"}`, `{"name":"hang-up","endpoint":"verfy"}`, `{"name":"answer","status":204,"body":"x"}`, `{"name":"answer","content_type":"a\nb"}`, `null`,
	} {
		f.Add(body)
	}
	compact := cmp.Transformer("compact", func(raw json.RawMessage) string { // lists are indented deeper than one
		var b bytes.Buffer
		_ = json.Compact(&b, raw)
		return b.String()
	})
	f.Fuzz(func(t *testing.T, body string) {
		r := newRig(t)
		c := r.control(t)
		got := r.hold(t, newRequest(http.MethodPost, "/mock/v1/faults", "", "", body))
		faults, err := c.Faults(t.Context())
		if err != nil || (got.status == 200) != (len(faults) == 1) {
			t.Fatalf("%q: %v, but there are %+v, %v", body, got, faults, err)
		}
		if got.status != 200 {
			return
		}
		again, err := c.AddFault(t.Context(), faults[0])
		if err != nil {
			t.Fatalf("%q: what is in force is refused: %v", body, err)
		}
		again.ID = faults[0].ID
		if diff := cmp.Diff(faults[0], again, compact); diff != "" {
			t.Errorf("%q: said once more (-first +second):\n%s", body, diff)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if response, err := r.client.Do(r.request(t, ctx, verifyForced("1234567", alice))); err == nil {
			_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
			_ = response.Body.Close()
		}
		if err := c.Heal(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		r.expectVerify(t, r.native(t, aliceSecret, 0), alice, tokenValid)
	})
}

// A clock is set as it was said, or stays as it was.
func FuzzClock(f *testing.F) {
	for _, body := range []string{
		`{"time":"2027-03-21T06:00:00Z","frozen":true}`, `{"time":"2027-03-21T06:00:00.123456789+14:00"}`, `{"frozen":false}`, `{"frozen":null}`, `{"time":null}`, `{"time":"9000-01-01T00:00:00Z"}`, `{"time":"1970-01-01T00:00:00Z"}`,
		`{"by":"10s"}`, `{"by":"-1h"}`, `{"by":"2562047h47m16.854775807s"}`, `{"by":"0"}`, `{"by":"-2562047h47m16.854775808s"}`, `{"skew":"1m30s"}`, `{"skew":"8784h"}`, `{"skew":"-8784h0m0.000000001s"}`, `{"Skew":"1s"}`, "", "{}",
	} {
		for route := range 3 {
			f.Add(uint8(route), body)
		}
	}
	routes := [][2]string{{"PUT", "/mock/v1/clock"}, {"POST", "/mock/v1/clock/advance"}, {"PUT", "/mock/v1/users/1000/clock"}}
	f.Fuzz(func(t *testing.T, which uint8, body string) {
		r := newRig(t)
		method, target := routes[int(which)%len(routes)][0], routes[int(which)%len(routes)][1]
		shown := strings.TrimSuffix(target, "/advance")
		before := r.ask(t, asked{target: shown})
		got := r.hold(t, newRequest(method, target, "", "", body))
		after := r.ask(t, asked{target: shown})
		switch {
		case got.status == 200 && got != after:
			t.Errorf("%s %s %q: said %v, shows %v", method, target, body, got, after)
		case got.status != 200 && before != after:
			t.Errorf("%s %s %q: refused with %v, but it has changed: %v", method, target, body, got, after)
		}
		if token, err := r.mock.Token(alice); err != nil || len(token) != 7 {
			t.Errorf("token %q, %v", token, err)
		}
	})
}

// A query of the control API is understood as a whole, or refused as a whole.
func FuzzControlQuery(f *testing.F) {
	for i := range controlapi.Routes() {
		for j, query := range []string{"", "authy_id=1000", "authyid=1000", "authy_id=", "authy_id=1&authy_id=2", "api_key=" + docsKey, "api_key=x", "step=-1&at=2027-03-21T06:00:00Z&of=qr", "status=401&outcome=x&endpoint=verify&after=1&wait=1ns", "a;b", "%zz", "%ff=%ff", "&&=", "authy_id=%31", "endpoint=", "wait=-0"} {
			if (i+j)%4 == 0 { // all of them would take long
				f.Add(uint8(i), query)
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, query string) {
		all := controlapi.Routes()
		route := all[int(which)%len(all)]
		target := strings.NewReplacer("{authy_id}", "1000", "{id}", "1", "{uuid}", "x").Replace(route.Path)
		request := newRequest(route.Method, target+"?"+query, "", "", "")
		if request == nil {
			return
		}
		r := newRig(t)
		r.fault(t, control.Fault{Name: "hang-up", AuthyID: bob})
		before := r.mock.Snapshot()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond) // for the requests that wait
		defer cancel()
		got := r.hold(t, request.WithContext(ctx))
		values, err := url.ParseQuery(request.URL.RawQuery)
		known := err == nil
		for name, v := range values {
			known = known && slices.Contains(route.Query, name) && len(v) == 1
		}
		if got.status/100 == 2 && !known {
			t.Errorf("%s %s?%s: %v, though it does not take that", route.Method, target, query, got)
		}
		if got.status/100 != 2 && !cmp.Equal(before, r.mock.Snapshot()) {
			t.Errorf("%s %s?%s: refused and done all the same", route.Method, target, query)
		}
		if got.status == 200 && route.Path != "/mock/v1/ca" && !json.Valid([]byte(got.body)) {
			t.Errorf("%s %s?%s: %v", route.Method, target, query, got)
		}
	})
}
