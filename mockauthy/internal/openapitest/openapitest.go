// Package openapitest holds what a mock answers to its OpenAPI description. It
// is for tests only.
package openapitest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// Description is /openapi.yaml, as a mock serves it.
type Description struct {
	// Document is all of it, valid OpenAPI.
	Document *openapi3.T
	// Router finds the operation that a request is for.
	Router routers.Router
}

// load reads the description once: that takes longer than most tests.
var load = sync.OnceValues(func() (Description, error) {
	mock, err := mockauthy.New()
	if err != nil {
		return Description{}, err
	}
	served := httptest.NewRecorder()
	mock.ServeHTTP(served, httptest.NewRequest(http.MethodGet, "/openapi.yaml", http.NoBody))
	if got := served.Header().Get("Content-Type"); served.Code != http.StatusOK || got != "application/yaml" {
		return Description{}, fmt.Errorf("/openapi.yaml is served as %d %s", served.Code, got)
	}
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(served.Body.Bytes())
	if err != nil {
		return Description{}, err
	}
	if err := doc.Validate(loader.Context, openapi3.EnableExamplesValidation()); err != nil {
		return Description{}, err
	}
	// The library knows the content type of no such text.
	openapi3filter.RegisterBodyDecoder("application/x-pem-file", openapi3filter.PlainBodyDecoder)
	openapi3filter.RegisterBodyDecoder("image/png", openapi3filter.FileBodyDecoder)
	router, err := gorillamux.NewRouter(doc)
	return Description{Document: doc, Router: router}, err
})

// Load reads the description, and fails the test if it is not valid.
func Load(tb testing.TB) Description {
	tb.Helper()
	d, err := load()
	if err != nil {
		tb.Fatalf("/openapi.yaml: %v", err)
	}
	return d
}

// Answer is one that is to be checked.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Check says what an answer has that the description has not. For a request to a
// path or with a method that is not described it wants the control API to refuse.
func (d Description) Check(request *http.Request, a Answer, opts openapi3filter.Options) error {
	route, _, err := d.Router.FindRoute(request)
	if errors.Is(err, routers.ErrPathNotFound) || errors.Is(err, routers.ErrMethodNotAllowed) {
		if strings.HasPrefix(request.URL.EscapedPath(), "/mock/") && a.Status/100 != 4 {
			return fmt.Errorf("%w, but it was answered with %d", err, a.Status)
		}
		return nil
	}
	if err != nil {
		return err
	}
	opts.IncludeResponseStatus = true
	return openapi3filter.ValidateResponse(request.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, Route: route},
		Status:                 a.Status,
		Header:                 a.Header,
		Body:                   io.NopCloser(strings.NewReader(a.Body)),
		Options:                &opts,
	})
}

// CheckRequest says what the description does not allow of a request that was
// done. The content type of its body is not looked at, as the control API does
// not do so either.
func (d Description) CheckRequest(request *http.Request, body []byte) error {
	sent := request.Clone(request.Context())
	sent.Body, sent.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	sent.Header.Set("Content-Type", "application/json")
	route, params, err := d.Router.FindRoute(sent)
	if err != nil {
		return err
	}
	return openapi3filter.ValidateRequest(sent.Context(), &openapi3filter.RequestValidationInput{
		Request: sent, Route: route, PathParams: params,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
}

// Described tells whether a path is one whose answers a test can always hold to
// the description: all but those of Authy, which faults spoil on purpose.
func Described(path string) bool {
	mocks := []string{"/livez", "/readyz", "/metrics", "/openapi.yaml"}
	return strings.HasPrefix(path, "/mock/") || strings.HasPrefix(path, "/qr/") || slices.Contains(mocks, path)
}

// Transport fails the test when next brings an answer of the control API that is
// not as described, or when a request that is not as described is done.
func Transport(tb testing.TB, next http.RoundTripper) http.RoundTripper {
	tb.Helper()
	return transport{tb: tb, next: next, description: Load(tb)}
}

type transport struct {
	tb          testing.TB
	next        http.RoundTripper
	description Description
}

// RoundTrip implements [http.RoundTripper].
func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	if !Described(request.URL.EscapedPath()) {
		return t.next.RoundTrip(request)
	}
	var sent []byte
	if request.Body != nil {
		defer request.Body.Close()
		var err error
		if sent, err = io.ReadAll(request.Body); err != nil {
			return nil, err
		}
	}
	forward := request.Clone(request.Context())
	forward.Body = io.NopCloser(bytes.NewReader(sent))
	if len(sent) == 0 {
		forward.Body = http.NoBody
	}
	response, err := t.next.RoundTrip(forward)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	response.Request = request
	err = t.description.Check(request, Answer{response.StatusCode, response.Header, string(body)}, openapi3filter.Options{})
	if err == nil && response.StatusCode/100 == 2 {
		err = t.description.CheckRequest(request, sent)
	}
	if err != nil {
		t.tb.Errorf("%s %s is answered with %d: /openapi.yaml: %v", request.Method, request.URL, response.StatusCode, err)
	}
	return response, nil
}
