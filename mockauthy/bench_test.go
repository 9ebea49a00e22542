package mockauthy_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// The two benchmarks are to be compared: both answer the same bytes over TCP
// with keep-alive, one after checking a token, the other without a thought.

func BenchmarkVerify(b *testing.B) {
	mock, err := mockauthy.New()
	if err != nil {
		b.Fatal(err)
	}
	benchmark(b, mock)
}

func BenchmarkBareHandler(b *testing.B) {
	const body = `{"message":"Token is invalid","token":"is invalid","success":false,"errors":{"message":"Token is invalid"},"error_code":"60020"}`
	benchmark(b, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, body) // a client that is gone needs no answer
	}))
}

func benchmark(b *testing.B, handler http.Handler) {
	b.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	url := server.URL + "/protected/json/verify/wrong/1000?force=true"
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	defer client.CloseIdleConnections()
	b.SetParallelism(16)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r, err := http.NewRequest(http.MethodGet, url, nil)
			if err != nil {
				b.Error(err)
				return
			}
			r.Header.Set("X-Authy-API-Key", mockauthy.ReadyMade().APIKey)
			answer, err := client.Do(r)
			if err != nil {
				b.Error(err)
				return
			}
			if _, err := io.Copy(io.Discard, answer.Body); err != nil {
				b.Error(err)
			}
			if err := answer.Body.Close(); err != nil {
				b.Error(err)
			}
			if answer.StatusCode != http.StatusUnauthorized {
				b.Errorf("status %d", answer.StatusCode)
			}
		}
	})
}
