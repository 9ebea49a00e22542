// Package controlapi serves the control API of the mock below /mock/v1: what
// Authy has not, for people without a phone.
package controlapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/guard"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// prefix is what all paths of the control API begin with.
const prefix = "/mock/v1/"

// maxBody is the largest body that is read, in bytes. A snapshot can have many
// users.
const maxBody = 16 << 20

// maxDrained is how much is read and thrown away, in bytes, of a body that is
// refused.
const maxDrained = 16 << 20

// New makes the control API over some worlds, for those whom the guard lets in.
// It hands out ca, the certificate of the mock's authority in PEM.
func New(worlds *world.Worlds, ca []byte, g *guard.Guard) http.Handler {
	// Without SkipClean the router would redirect //, and a POST lose its body.
	router := mux.NewRouter().SkipClean(true)
	all := routes(ca)
	for _, rt := range all {
		router.Handle(prefix+rt.path, endpoint(worlds, rt.checked())).Methods(rt.method)
	}
	router.NotFoundHandler = endpoint(worlds, func(*http.Request, *world.Worlds, *world.World) (any, error) {
		return nil, problem(http.StatusNotFound, "the control API has no such path: GET /mock/v1/ lists what it has")
	})
	router.MethodNotAllowedHandler = endpoint(worlds, func(r *http.Request, _ *world.Worlds, _ *world.World) (any, error) {
		return nil, problem(http.StatusMethodNotAllowed, "the control API has no %s for this path: GET /mock/v1/ lists what it has", r.Method)
	})
	// A page that a browser shows must not change what the mock does.
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusForbidden, control.Problem{Message: "a browser sent this for a page of another origin"})
	}))
	return guarded(g, protection.Handler(router))
}

// checked refuses what the route does not take, before it does anything.
func (rt route) checked() handler {
	return func(r *http.Request, worlds *world.Worlds, w *world.World) (any, error) {
		if err := rt.refuse(r); err != nil {
			return nil, err
		}
		return rt.handle(r, worlds, w)
	}
}

// handler answers with what is to be written as JSON, a document, or nil for
// nothing.
type handler func(r *http.Request, worlds *world.Worlds, w *world.World) (any, error)

// endpoint finds the application that is meant and writes what handle says.
func endpoint(worlds *world.Worlds, handle handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := r.Body
		r.Body = http.MaxBytesReader(w, sent, maxBody)
		result, err := answer(r, worlds, handle)
		if err != nil {
			// A client that is still sending would not see the answer: its
			// connection breaks off if it is closed before all is read.
			_, _ = io.CopyN(io.Discard, sent, maxDrained) // what is longer still, or broken, is the client's loss
			tell(w, err)
			return
		}
		switch result := result.(type) {
		case nil:
			w.WriteHeader(http.StatusNoContent)
		case document:
			w.Header().Set("Content-Type", result.contentType)
			_, _ = w.Write(result.body) // a client that is gone needs no answer
		default:
			write(w, http.StatusOK, result)
		}
	})
}

// answer is what handle says about the application that is meant, once it is
// kept.
func answer(r *http.Request, worlds *world.Worlds, handle handler) (any, error) {
	meant := worlds.Default()
	if key := apiKey(r); key != "" {
		meant = worlds.Of(key)
	}
	if meant == nil {
		return nil, problem(http.StatusNotFound, "no application has this API key")
	}
	result, err := handle(r, worlds, meant)
	if lost := worlds.Flush(); lost != nil {
		return nil, problem(http.StatusInternalServerError, "what has changed is in memory only: %v", lost)
	}
	return result, err
}

// tell says what is wrong.
func tell(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	if special, ok := errors.AsType[problemError](err); ok {
		status = special.status
	}
	write(w, status, control.Problem{Message: err.Error()})
}

// document is an answer that is not JSON.
type document struct {
	contentType string
	body        []byte
}

func apiKey(r *http.Request) string {
	if key := r.Header.Get("X-Authy-API-Key"); key != "" {
		return key
	}
	return r.URL.Query().Get("api_key")
}

// problemError is an error that is not the plain 400.
type problemError struct {
	status  int
	message string
}

func (e problemError) Error() string { return e.message }

func problem(status int, format string, args ...any) error {
	return problemError{status: status, message: fmt.Sprintf(format, args...)}
}

// write indents: whoever reads it sits before a terminal.
func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(body) // a client that is gone needs no answer
}

// read decodes the body, and refuses what it does not know: a mistyped field
// would otherwise be lost without a word.
func read(r *http.Request, into any) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if err == io.EOF {
		return errors.New("the body is empty: want a JSON object")
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return problem(http.StatusRequestEntityTooLarge, "the body is larger than %d MiB", maxBody>>20)
	}
	if err != nil {
		return fmt.Errorf("the body: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("the body: something follows the JSON object")
	}
	return nil
}

// number reads a query parameter that is a whole number; without it, it is 0.
func number(r *http.Request, name string) (int64, error) {
	query := r.URL.Query()
	if !query.Has(name) {
		return 0, nil
	}
	text := query.Get(name) // an empty one is a mistake: authy_id=$ID of a shell that knows no ID
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s=%q: want a whole number", name, text)
	}
	return n, nil
}
