package fault

import "net/http"

// rubbish is neither HTTP, nor JSON, nor UTF-8, nor a chunk.
const rubbish = "\x00\xff\xfe{]\r\n\x1b[2J\x80\x81\r\n\r\nzz;\r\n"

// garbage answers with bytes that are no HTTP.
type garbage struct{}

func newGarbage(Parameters) (Fault, error) {
	return garbage{}, nil
}

func (garbage) Serve(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	lastWords(w, rubbish)
}

// garbageChunks begins well, and goes on with chunks that are none.
type garbageChunks struct{}

func newGarbageChunks(Parameters) (Fault, error) {
	return garbageChunks{}, nil
}

func (garbageChunks) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	a := listenTo(next, r)
	a.begin(w, chunked, a.part(nil))
	lastWords(w, rubbish)
}
