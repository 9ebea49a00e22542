package page_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// crowd is a mock with many users and a full journal of tokens that were refused,
// each of which is to be explained.
func crowd(t testing.TB, users int) *mockauthy.Server {
	t.Helper()
	app := mockauthy.Application{Name: "Crowd", APIKey: docsKey}
	for i := range users {
		app.Users = append(app.Users, mockauthy.User{Email: fmt.Sprintf("user%d@example.com", i), Cellphone: fmt.Sprintf("201%07d", i), CountryCode: 1})
	}
	mock := mockauthy.ForTest(t, mockauthy.WithPage(func() string { return "" }), mockauthy.WithApplications(app))
	for i := range 1000 * min(1, users-1) { // one user stands for a quiet mock
		ask(mock, fmt.Sprintf("/protected/json/verify/0000000/%d?force=true&api_key=%s", 1000+i, docsKey))
	}
	return mock
}

func ask(mock *mockauthy.Server, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	mock.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
	return w
}

// crowded are the pages that could grow.
func crowded() []string {
	return []string{"/", "/mock/1/users?q=user99", "/mock/1/users?q=nobody", "/mock/1/users?page=400", "/mock/1/users/1000", "/mock/1/requests", "/mock/1/requests?user=1500", "/mock/1/requests/500", "/mock/1/faults", "/mock/1/clock", "/mock/1/messages"}
}

// A page is as small with ten thousand users and a full journal as with a few.
func TestSize(t *testing.T) {
	t.Parallel()
	mock := crowd(t, 10_000)
	for _, path := range crowded() {
		if w := ask(mock, path); w.Code != http.StatusOK || w.Body.Len() > 64<<10 {
			t.Errorf("%s: %d, %d bytes, want at most 64 KiB", path, w.Code, w.Body.Len())
		}
	}
}

// BenchmarkPages measures what a page takes with one user and with ten thousand and a
// full journal.
func BenchmarkPages(b *testing.B) {
	for _, users := range []int{1, 10_000} {
		mock := crowd(b, users)
		for _, path := range []string{"/", "/mock/1/users?q=user99", "/mock/1/requests", "/mock/1/clock"} {
			b.Run(fmt.Sprintf("%d%s", users, path), func(b *testing.B) {
				size := 0
				for b.Loop() {
					size = ask(mock, path).Body.Len()
				}
				b.ReportMetric(float64(size), "bytes")
			})
		}
	}
}
