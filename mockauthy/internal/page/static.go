package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"

	"github.com/gorilla/mux"
)

//go:embed static
var staticFiles embed.FS

// static is what the page is made of besides: styles, the script, the icon. It is
// the same for everybody, so it stands before the guard.
type static map[string]staticFile

type staticFile struct {
	content           []byte
	contentType, etag string
}

func readStatic() static {
	types := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	all := static{}
	entries, _ := staticFiles.ReadDir("static") // it is part of the program
	for _, e := range entries {
		content, _ := staticFiles.ReadFile("static/" + e.Name())
		sum := sha256.Sum256(content)
		all[e.Name()] = staticFile{content, types[path.Ext(e.Name())], `"` + hex.EncodeToString(sum[:8]) + `"`}
	}
	return all
}

// serve answers with a file, unless the browser has it.
func (s static) serve(w http.ResponseWriter, r *http.Request) {
	f, ok := s[mux.Vars(r)["name"]]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache") // it is asked for again, and rarely sent again
	w.Header().Set("Content-Type", f.contentType)
	w.Header().Set("ETag", f.etag)
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(f.content) // a client that is gone needs no answer
}
