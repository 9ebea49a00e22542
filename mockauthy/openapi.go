package mockauthy

import (
	_ "embed"
	"io"
	"net/http"
)

// openAPI describes Authy's endpoints. A test holds every answer to it.
//
//go:embed openapi.yaml
var openAPI string

func describe(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml") // RFC 9512
	_, _ = io.WriteString(w, openAPI)                  // a client that is gone needs no answer
}
