package front_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/front"
)

// held answers once it is let go.
type held struct {
	arrived chan struct{}
	letGo   chan struct{}
	ended   chan error // why a request has ended that was not let go
}

func newHeld() *held {
	return &held{arrived: make(chan struct{}), letGo: make(chan struct{}), ended: make(chan error, 1)}
}

func (h *held) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.arrived <- struct{}{}
	select {
	case <-h.letGo:
		_, _ = io.WriteString(w, "done")
	case <-r.Context().Done():
		h.ended <- r.Context().Err()
	}
}

// clients are one for each way in.
func (r *rig) clients(t *testing.T) map[string]*http.Client {
	t.Helper()
	return map[string]*http.Client{"https://api.authy.com": r.viaProxy(t), "http://api.authy.com": r.viaProxy(t), "https://sandbox-api.authy.com": r.viaAlias(t)}
}

// When the mock stops, running requests finish, whichever way they came. Then
// their connections and tunnels are closed. Nobody comes in any more.
func TestStop(t *testing.T) {
	t.Parallel()
	h := newHeld()
	r := serve(t, h, patient())
	var all sync.WaitGroup
	for base, client := range r.clients(t) {
		all.Go(func() {
			if status, body, err := get(t.Context(), client, base); err != nil || body != "done" {
				t.Errorf("%s: %d %s, %v", base, status, body, err)
			}
		})
		wait(t, "the request", h.arrived)
	}
	last := r.tunnel(t, "api.authy.com:80")
	last.send(t, asked)
	wait(t, "the request", h.arrived)
	r.stop()
	for { // until it listens no more
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", r.plain)
		if err != nil {
			break
		}
		_ = c.Close()
	}
	select {
	case err := <-r.stopped:
		t.Fatalf("stopped before the requests were done: %v", err)
	default:
	}
	close(h.letGo)
	all.Wait()
	if err := wait(t, "the end", r.stopped); err != nil {
		t.Error(err)
	}
	if status, body := last.answer(t, http.MethodGet); status != http.StatusOK || body != "done" {
		t.Errorf("%d %s", status, body)
	}
	last.closed(t)
}

// Tunnels that carry nothing at the moment end at once.
func TestStopWithIdleTunnels(t *testing.T) {
	t.Parallel()
	limits := patient()
	limits.Grace = time.Hour
	r := serve(t, nil, limits)
	for base, client := range r.clients(t) {
		expect(t, client, base)
	}
	r.stop()
	if err := wait(t, "the end", r.stopped); err != nil {
		t.Error(err)
	}
}

// What does not finish within the grace time is ended.
func TestStopAfterGrace(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"https://api.authy.com", "http://api.authy.com", "https://sandbox-api.authy.com"} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			h := newHeld()
			limits := patient()
			limits.Grace = 20 * time.Millisecond
			r := serve(t, h, limits)
			client := r.clients(t)[base]
			failed := make(chan error, 1)
			go func() {
				_, _, err := get(t.Context(), client, base)
				failed <- err
			}()
			wait(t, "the request", h.arrived)
			silent := []*conn{r.dial(t), r.tunnel(t, "api.authy.com:443"), r.tunnel(t, "api.authy.com:80")}
			r.stop()
			if err := wait(t, "the end", r.stopped); err != nil {
				t.Error(err)
			}
			if err := wait(t, "the end of the request", failed); err == nil {
				t.Error("answered though nobody has let it go")
			}
			if err := wait(t, "the handler", h.ended); !errors.Is(err, context.Canceled) {
				t.Errorf("the handler ended by %v", err)
			}
			for _, c := range silent {
				c.closed(t)
			}
		})
	}
}

// A listener that fails ends it all, and Serve says why.
func TestListenerFails(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(front.Front) error{
		"plain":  func(f front.Front) error { return f.Plain.Close() },
		"secure": func(f front.Front) error { return f.Secure.Close() },
		"both":   func(f front.Front) error { return f.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _ := newFront(t)
			if err := fail(f); err != nil {
				t.Fatal(err)
			}
			if err := f.Serve(t.Context()); err == nil || !strings.Contains(err.Error(), "use of closed network connection") {
				t.Errorf("got %v", err)
			}
			for _, l := range []net.Listener{f.Plain, f.Secure} {
				if err := l.Close(); err == nil {
					t.Errorf("%s was left open", l.Addr())
				}
			}
		})
	}
	t.Run("stopped before it starts", func(t *testing.T) {
		t.Parallel()
		ctx, stop := context.WithCancel(t.Context())
		stop()
		f, _ := newFront(t)
		if err := f.Serve(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Run("without HTTPS", func(t *testing.T) {
		t.Parallel()
		f, _ := newFront(t)
		_ = f.Secure.Close()
		f.Secure = nil
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if err := f.Serve(ctx); err != nil {
			t.Error(err)
		}
		if err := f.Close(); err == nil {
			t.Error("the listener was left open")
		}
	})
}
