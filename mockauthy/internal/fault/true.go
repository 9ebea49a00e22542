package fault

import (
	"bytes"
	"maps"
	"net"
	"net/http"
	"strconv"
	"time"
)

// trueAnswer is what would have been answered without the fault.
type trueAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// listenTo lets next answer, and keeps the answer back.
func listenTo(next http.Handler, r *http.Request) *trueAnswer {
	a := &trueAnswer{header: http.Header{}, status: http.StatusOK}
	next.ServeHTTP(a, r)
	return a
}

// Header implements [http.ResponseWriter].
func (a *trueAnswer) Header() http.Header { return a.header }

// WriteHeader implements [http.ResponseWriter].
func (a *trueAnswer) WriteHeader(status int) { a.status = status }

// Write implements [http.ResponseWriter].
func (a *trueAnswer) Write(p []byte) (int, error) { return a.body.Write(p) }

// part is how many bytes of the body come through: half of them, unless after
// says otherwise.
func (a *trueAnswer) part(after *int) int {
	if after == nil {
		return a.body.Len() / 2
	}
	return min(*after, a.body.Len())
}

// chunked stands for a length that is not announced.
const chunked = -1

// begin sends the head of the answer, which announces that length, and the
// first n bytes of the body.
func (a *trueAnswer) begin(w http.ResponseWriter, length, n int) {
	maps.Copy(w.Header(), a.header)
	w.Header().Del("Content-Length")
	if length != chunked {
		w.Header().Set("Content-Length", strconv.Itoa(length))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()[:n]) // a client that is gone needs no answer
	flush(w)
}

// flush sends what was written. Whoever cannot be sent half an answer, such as a
// handler's recorder, is sent none.
func flush(w http.ResponseWriter) {
	if http.NewResponseController(w).Flush() != nil {
		panic(http.ErrAbortHandler)
	}
}

// takeOver gets hold of the connection below the answer. HTTP/2 does not give
// it away: there the answer is broken off.
func takeOver(w http.ResponseWriter) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return conn
}

// patience is how long a client may take to receive last words.
const patience = 10 * time.Second

// lastWords sends bytes past HTTP, as they are, and closes the connection.
func lastWords(w http.ResponseWriter, words string) {
	conn := takeOver(w)
	_ = conn.SetWriteDeadline(time.Now().Add(patience))
	_, _ = conn.Write([]byte(words)) // a client that is gone needs none
	_ = conn.Close()
}
