package page

import (
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// breath is the time between two events, so that a storm of requests does not
	// become one of pages.
	breath = 150 * time.Millisecond
	// heartbeat is how often a silent stream shows that it is alive, and finds out
	// whether somebody still listens.
	heartbeat = 15 * time.Second
)

// tellEvents tells a browser, as server-sent events, that something has changed.
// What it is, the page tells that is fetched again.
func tellEvents(p *Page, v *visit) (reply, error) {
	return func(w http.ResponseWriter) {
		stream := http.NewResponseController(w)
		_ = stream.SetReadDeadline(time.Time{}) // which is one for a request, and this one lasts
		w.Header().Set("Content-Type", "text/event-stream")
		if v.Method == http.MethodHead {
			return
		}
		stop := p.streams.of(v.Request)
		beat := time.NewTicker(heartbeat)
		defer beat.Stop()
		say := func(text string) bool {
			_, err := io.WriteString(w, text)
			return err == nil && stream.Flush() == nil
		}
		changed := v.world.Changed()
		for ok := say("retry: 1000\n\n"); ok; {
			select {
			case <-changed:
				changed = v.world.Changed() // before the page is fetched that shows the change
				ok = say("event: changed\ndata:\n\n") && pause(v.Request, stop)
			case <-beat.C:
				ok = say(":\n\n")
			case <-v.Context().Done():
				return
			case <-stop:
				return
			}
		}
	}, nil
}

// pause takes a breath. The result is false if it is the last one.
func pause(r *http.Request, stop <-chan struct{}) bool {
	timer := time.NewTimer(breath)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-stop:
	}
	return false
}

// streams know which servers are being stopped: one that is waits for its running
// requests, and a stream never ends by itself.
type streams struct {
	mu    sync.Mutex
	stops map[*http.Server]chan struct{}
}

// of is closed when the server of a request is told to stop; nil where none is
// known.
func (s *streams) of(r *http.Request) <-chan struct{} {
	server, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if stop, known := s.stops[server]; known {
		return stop
	}
	stop := make(chan struct{})
	if s.stops == nil {
		s.stops = map[*http.Server]chan struct{}{}
	}
	s.stops[server] = stop
	server.RegisterOnShutdown(func() { close(stop) })
	return stop
}
