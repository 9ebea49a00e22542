package page

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/guard"
)

// A session ends at its time, whoever keeps the cookie.
func TestSessionEnds(t *testing.T) {
	t.Parallel()
	var g guard.Guard
	if err := g.WithToken("token-of-the-control-api"); err != nil {
		t.Fatal(err)
	}
	p := &Page{guard: &g}
	for until, want := range map[time.Duration]bool{-time.Second: false, -time.Hour: false, time.Minute: true} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.AddCookie(p.cookie(r, p.session(time.Now().Add(until).Unix()), 1))
		if got := p.known(r); got != want {
			t.Errorf("a session until %s from now: known %t, want %t", until, got, want)
		}
	}
}
