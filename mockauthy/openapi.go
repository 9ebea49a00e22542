package mockauthy

import (
	_ "embed"
	"io"
	"net/http"
)

// The description of all that the server answers is one document in four files,
// each of which goes on where the one before has ended. Tests hold every answer
// to it.
var (
	//go:embed openapi/1-authy.yaml
	openAPIOfAuthy string
	//go:embed openapi/2-control.yaml
	openAPIOfControl string
	//go:embed openapi/3-components.yaml
	openAPIComponents string
	//go:embed openapi/4-control-schemas.yaml
	openAPIOfControlSchemas string
)

func describe(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml") // RFC 9512
	for _, part := range []string{openAPIOfAuthy, openAPIOfControl, openAPIComponents, openAPIOfControlSchemas} {
		_, _ = io.WriteString(w, part) // a client that is gone needs no answer
	}
}
