package mockauthy_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authyapi"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/controlapi"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/openapitest"
)

// OpenAPI describes the endpoints of Authy's route table, the routes of the
// control API with what they take, and no others but these of the mock itself.
func TestOpenAPIOfEveryEndpoint(t *testing.T) {
	t.Parallel()
	doc := openapitest.Load(t).Document
	want := map[string]string{
		"GET /livez mock": "", "HEAD /livez mock": "", "GET /readyz mock": "", "HEAD /readyz mock": "",
		"GET /metrics mock": "", "GET /openapi.yaml mock": "", "GET /qr/{id} mock": "",
	}
	for _, e := range authyapi.Endpoints() {
		want[e.Method+" "+e.Path+" Authy"] = ""
	}
	for _, r := range controlapi.Routes() {
		slices.Sort(r.Query)
		want[r.Method+" "+r.Path+" control"] = fmt.Sprintf("%q, body %v", r.Query, r.Body)
	}
	got := map[string]string{}
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			takes := ""
			if o.Tags[0] == "control" {
				var query []string
				for _, p := range slices.Concat(item.Parameters, o.Parameters) {
					if p.Value.In == "query" {
						query = append(query, p.Value.Name)
					}
				}
				slices.Sort(query)
				takes = fmt.Sprintf("%q, body %v", query, o.RequestBody != nil)
			}
			got[method+" "+path+" "+strings.Join(o.Tags, ",")] = takes
			if o.Summary == "" || o.OperationID == "" {
				t.Errorf("%s %s has no summary or no name", method, path)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-route tables +openapi.yaml):\n%s", diff)
	}
}

// Every answer of docs/fidelity.md is as OpenAPI describes it, and there is one
// for every status that it describes. Of XML only the status is described. The
// answer to unknown paths and methods belongs to no endpoint.
func TestOpenAPIOfEveryAnswer(t *testing.T) {
	t.Parallel()
	description := openapitest.Load(t)
	doc := description.Document
	undescribed := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.Tags[0] != "Authy" {
				continue
			}
			for status := range operation.Responses.Map() {
				undescribed[method+" "+path+" "+status] = true
			}
		}
	}
	for _, section := range fidelity() {
		for _, row := range section.rows {
			if row.answer == unknownRoute || section.endpoint == "" && row.question.change == nil {
				continue
			}
			for name, q := range row.questions() {
				request, got := q.put(t)
				route, _, err := description.Router.FindRoute(request)
				if err != nil {
					t.Errorf("%s: %s%s: %v", section.endpoint, row.situation, name, err)
					continue
				}
				delete(undescribed, route.Method+" "+route.Path+" "+strconv.Itoa(got.status))
				answer := openapitest.Answer{Status: got.status, Header: http.Header{"Content-Type": {got.contentType}}, Body: got.body}
				if err := description.Check(request, answer, openapi3filter.Options{ExcludeResponseBody: got.contentType == xmlType}); err != nil {
					t.Errorf("%s: %s%s: %v", section.endpoint, row.situation, name, err)
				}
			}
		}
	}
	for _, answer := range slices.Sorted(maps.Keys(undescribed)) {
		t.Errorf("no row of docs/fidelity.md has the answer %s", answer)
	}
}
