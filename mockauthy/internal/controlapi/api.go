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
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// maxBody is the largest body that is read, in bytes. A snapshot can have many
// users.
const maxBody = 16 << 20

// New makes the control API over some worlds. It hands out ca, the certificate
// of the mock's authority in PEM.
func New(worlds *world.Worlds, ca []byte) http.Handler {
	// Without SkipClean the router would redirect //, and a POST lose its body.
	router := mux.NewRouter().SkipClean(true)
	all := routes(ca)
	for _, rt := range all {
		router.Handle("/mock/v1/"+rt.path, endpoint(worlds, rt.handle)).Methods(rt.method)
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
	return protection.Handler(router)
}

// handler answers with what is to be written as JSON, a document, or nil for
// nothing.
type handler func(r *http.Request, worlds *world.Worlds, w *world.World) (any, error)

// endpoint finds the application that is meant and writes what handle says.
func endpoint(worlds *world.Worlds, handle handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		meant := worlds.Default()
		if key := apiKey(r); key != "" {
			meant = worlds.Of(key)
		}
		if meant == nil {
			write(w, http.StatusNotFound, control.Problem{Message: "no application has this API key"})
			return
		}
		result, err := handle(r, worlds, meant)
		if lost := worlds.Flush(); lost != nil {
			err = problem(http.StatusInternalServerError, "what has changed is in memory only: %v", lost)
		}
		if err != nil {
			status := http.StatusBadRequest
			if special, ok := errors.AsType[problemError](err); ok {
				status = special.status
			}
			write(w, status, control.Problem{Message: err.Error()})
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
	if err := decoder.Decode(into); err == io.EOF {
		return errors.New("the body is empty: want a JSON object")
	} else if err != nil {
		return fmt.Errorf("the body: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("the body: something follows the JSON object")
	}
	return nil
}

// number reads a query parameter that is a whole number; without it, it is 0.
func number(r *http.Request, name string) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s=%q: want a whole number", name, text)
	}
	return n, nil
}
