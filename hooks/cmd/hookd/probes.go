package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// probes answer /livez and /readyz.
type probes struct {
	users    *hooks.UsersFile // nil without one
	files    *hooks.DaemonFiles
	stopping atomic.Bool
}

// ready returns why no login should be sent here. What is wrong with Authy is no
// reason: another replica has the same Authy.
func (p *probes) ready() error {
	if p.stopping.Load() {
		return errors.New("stopping")
	}
	if p.users != nil && p.users.Err() != nil {
		return errors.New("the users file cannot be used, see the log")
	}
	if p.files.Err() != nil {
		return errors.New("the TOTP secrets file cannot be used, see the log")
	}
	return nil
}

// before answers the probes, and leaves the rest to next.
func (p *probes) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		switch r.URL.Path {
		case "/livez":
		case "/readyz":
			err = p.ready()
		default:
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "ok\n")
	})
}

const healthWithin = 3 * time.Second

// health asks the hookd that runs with the same configuration whether it lives.
func health(ctx context.Context, c hooks.DaemonConfig, _, _ io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	url := "http://hookd/livez"
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, c.Network, c.Address)
		},
	}
	if c.TLS != nil {
		url = "https://hookd/livez"
		// It asks itself, tells nothing, and believes no more than that somebody is there.
		transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12} //nolint:gosec // see above
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("no hookd answers at %s: %w", c.Address, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("what answers at %s is not well: HTTP status %d", c.Address, response.StatusCode)
	}
	return nil
}
