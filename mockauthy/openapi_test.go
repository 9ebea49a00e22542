package mockauthy_test

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authyapi"
)

// description is /openapi.yaml, as the mock serves it.
func description(t *testing.T) (*openapi3.T, routers.Router) {
	t.Helper()
	served := newRig(t).ask(t, asked{target: "/openapi.yaml"})
	if served.status != 200 || served.contentType != "application/yaml" {
		t.Fatalf("it is served as %d %s", served.status, served.contentType)
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(served.body))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// OpenAPI describes the endpoints of the route table, and no others.
func TestOpenAPIOfEveryEndpoint(t *testing.T) {
	t.Parallel()
	doc, _ := description(t)
	var want, got []string
	for _, e := range authyapi.Endpoints() {
		want = append(want, e.Method+" "+e.Path)
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			got = append(got, method+" "+path)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-route table +openapi.yaml):\n%s", diff)
	}
}

// Every answer of docs/fidelity.md is as OpenAPI describes it, and there is one
// for every status that it describes. Of XML only the status is described. The
// answer to unknown paths and methods belongs to no endpoint.
func TestOpenAPIOfEveryAnswer(t *testing.T) {
	t.Parallel()
	doc, router := description(t)
	undescribed := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
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
				route, _, err := router.FindRoute(request)
				if err != nil {
					t.Errorf("%s: %s%s: %v", section.endpoint, row.situation, name, err)
					continue
				}
				delete(undescribed, route.Method+" "+route.Path+" "+strconv.Itoa(got.status))
				if err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
					RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, Route: route},
					Status:                 got.status,
					Header:                 http.Header{"Content-Type": {got.contentType}},
					Body:                   io.NopCloser(strings.NewReader(got.body)),
					Options:                &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: got.contentType == xmlType},
				}); err != nil {
					t.Errorf("%s: %s%s: %v", section.endpoint, row.situation, name, err)
				}
			}
		}
	}
	for _, answer := range slices.Sorted(maps.Keys(undescribed)) {
		t.Errorf("no row of docs/fidelity.md has the answer %s", answer)
	}
}
