package hooks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
)

const (
	userAgent      = "sftpgo-authy-hooks"
	maxHeaderBytes = 64 << 10
)

// newTransport returns a transport for one connection and one request at a time,
// without a proxy. It is not an [http.Client], whose task would be to follow
// redirects, keep cookies and put the URL into errors.
func newTransport(roots *x509.CertPool) *http.Transport {
	// HTTP/1 only: HTTP/2 repeats requests on its own after a refused stream.
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		Protocols:              protocols,
		DisableKeepAlives:      true, // a GET on a reused, dead connection would be sent again
		DisableCompression:     true, // a small answer must not grow on arrival
		MaxResponseHeaderBytes: maxHeaderBytes,
	}
}

// server is who is asked: how errors name it, and what it may answer.
type server struct {
	url, authorities       string // the variables to look at
	unreachable, malformed error
	maxBytes               int64
}

// response is an answer that has arrived completely.
type response struct {
	status int
	header http.Header
	body   []byte
}

// exchange sends a request once and reads the answer.
func (s server) exchange(transport http.RoundTripper, request *http.Request) (response, error) {
	ctx := request.Context()
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return response{}, s.transportError(ctx, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, s.maxBytes+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return response{}, contextError(ctx)
	case err != nil:
		return response{}, fmt.Errorf("%w: it broke off", s.malformed)
	case int64(len(body)) > s.maxBytes:
		return response{}, fmt.Errorf("%w: it is longer than %d bytes", s.malformed, s.maxBytes)
	}
	return response{status: answer.StatusCode, header: answer.Header, body: body}, nil
}

// transportError says why there is no HTTP answer. The text of err stays behind:
// net/http quotes what a server sent in place of HTTP (an echo service sends the
// request back, token and API key included), and a malformed proxy setting with
// its password.
func (s server) transportError(ctx context.Context, err error) error {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		notTLS      tls.RecordHeaderError
		errno       syscall.Errno
	)
	switch {
	case ctx.Err() != nil:
		return contextError(ctx)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ErrTimeout
	case errors.As(err, &dns):
		return fmt.Errorf("%w: the host name of %s cannot be resolved", s.unreachable, s.url)
	case errors.As(err, &certificate):
		return fmt.Errorf("%w: its certificate is not trusted (see %s): %w", s.unreachable, s.authorities, certificate.Err)
	case errors.As(err, &notTLS):
		return fmt.Errorf("%w: the server does not speak TLS", s.unreachable)
	case errors.As(err, &errno):
		return fmt.Errorf("%w: %w", s.unreachable, errno)
	default:
		return fmt.Errorf("%w: the connection broke off or did not carry HTTP", s.unreachable)
	}
}

// contextError says why ctx ended: its deadline, or whoever canceled it.
func contextError(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ErrTimeout
	}
	return ctx.Err()
}
