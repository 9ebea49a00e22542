package page

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// One change is told once. Whoever is told nothing sees every 15 s that the stream is
// alive.
func TestStream(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, err := world.New(time.Now).Add(authy.Settings{APIKey: "k"})
		if err != nil {
			t.Fatal(err)
		}
		ctx, leave := context.WithCancel(t.Context())
		answer, err := tellEvents(&Page{}, &visit{Request: httptest.NewRequestWithContext(ctx, http.MethodGet, "/", http.NoBody), world: w})
		if err != nil {
			t.Fatal(err)
		}
		told := httptest.NewRecorder()
		go answer(told)
		synctest.Wait()
		if _, err := w.Clock.Change(clock.Change{By: time.Hour}); err != nil {
			t.Fatal(err)
		}
		<-time.After(2*heartbeat + time.Second) // in the bubble this takes no time
		leave()
		synctest.Wait()
		if got := told.Body.String(); got != "retry: 1000\n\nevent: changed\ndata:\n\n"+strings.Repeat(":\n\n", 2) {
			t.Errorf("told %q", got)
		}
	})
}
