package mockauthy_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/openapitest"
)

// unforeseen is what an example cannot know: codes and UUIDs are random.
var unforeseen = regexp.MustCompile(`("code": ?)"\d{7}"|("uuid": ?)"` + placeholders["‹uuid›"] + `"`)

// The examples in the description of the control API are true: the requests are
// done, and the ready-made application answers them so.
func TestOpenAPIExamples(t *testing.T) {
	t.Parallel()
	compared := 0
	for path, item := range openapitest.Load(t).Document.Paths.Map() {
		for method, o := range item.Operations() {
			if o.Tags[0] != "control" {
				continue
			}
			ask, queries := exampleOf(t, method, path, item, o)
			r := prepared(t, path)
			if strings.Contains(ask.target, "approval_requests/") {
				ask.target = anyUUID.ReplaceAllString(ask.target, r.approvals(t)[0].UUID)
			}
			got := r.ask(t, ask)
			if got.status/100 != 2 {
				t.Errorf("%s %s: %v", method, ask.target, got)
			}
			if content := o.Responses.Value("200"); content != nil {
				if media := content.Value.Content.Get("application/json"); media != nil && media.Example != nil {
					compared++
					if diff := cmp.Diff(foreseen(t, media.Example), foreseen(t, json.RawMessage(got.body))); diff != "" {
						t.Errorf("%s %s: (-example +answer):\n%s", method, ask.target, diff)
					}
				}
			}
			for _, query := range queries {
				asked := ask
				asked.target += "?" + query
				if got := prepared(t, path).ask(t, asked); got.status != http.StatusOK {
					t.Errorf("%s %s: %v", method, asked.target, got)
				}
			}
		}
	}
	if compared < 15 {
		t.Errorf("only %d answers have an example", compared)
	}
}

// exampleOf makes a request of the examples of an operation, and the queries
// with the example of one parameter.
func exampleOf(t *testing.T, method, path string, item *openapi3.PathItem, o *openapi3.Operation) (ask asked, queries []string) {
	t.Helper()
	ask = asked{method: method, target: path}
	for _, p := range slices.Concat(item.Parameters, o.Parameters) {
		if p.Value.Example == nil {
			continue
		}
		text, ok := p.Value.Example.(string)
		if !ok {
			raw, err := json.Marshal(p.Value.Example)
			if err != nil {
				t.Fatal(err)
			}
			text = string(raw)
		}
		switch p.Value.In {
		case "path":
			ask.target = strings.ReplaceAll(ask.target, "{"+p.Value.Name+"}", text)
		case "query":
			queries = append(queries, p.Value.Name+"="+strings.ReplaceAll(text, " ", "+"))
		}
	}
	if o.RequestBody != nil {
		body, err := json.Marshal(o.RequestBody.Value.Content.Get("application/json").Example)
		if err != nil {
			t.Fatal(err)
		}
		ask.body = string(body)
	}
	return ask, queries
}

// prepared is the ready-made application, with what an example is about.
func prepared(t *testing.T, path string) *rig {
	t.Helper()
	r := newRig(t, mockauthy.ReadyMade())
	r.set(time.Date(2027, 3, 21, 6, 0, 3, 0, time.UTC))
	switch strings.Split(path, "/")[3] {
	case "messages":
		r.ask(t, reading("/protected/json/sms/1000"))
	case "approval_requests":
		r.askApproval(t, "message=Transfer&details[to]=bob")
	case "faults":
		r.fault(t, control.Fault{Name: "delay", Endpoint: "verify", AuthyID: 1000, Times: 3, Delay: "250ms"})
	case "requests":
		r.ask(t, verifyForced("1234567", 9999))
	}
	return r
}

func (r *rig) approvals(t *testing.T) []control.ApprovalRequest {
	t.Helper()
	all, err := r.control(t).ApprovalRequests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// foreseen is JSON without what is unforeseen.
func foreseen(t *testing.T, v any) any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var plain any
	if err := json.Unmarshal(unforeseen.ReplaceAll(raw, []byte(`$1$2"…"`)), &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}
