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
	"net/url"
	"os"
	"syscall"
)

const (
	userAgent      = "sftpgo-authy-hooks"
	maxAnswerBytes = 64 << 10
	maxHeaderBytes = 64 << 10
)

// AuthyClient asks Authy whether a token is right. It is a [Verifier].
//
// Each Verify is one connection and one request: nothing is kept open, followed
// or repeated, since a right token is consumed by the first request, and the API
// key must not travel further than to the host it was given for. Proxies are
// taken from the environment of the process, see [http.ProxyFromEnvironment].
type AuthyClient struct {
	base *url.URL
	key  Secret
	// Not an http.Client, whose task would be to follow redirects, keep cookies
	// and put the URL into errors.
	transport *http.Transport
}

// NewAuthyClient returns a client for the Authy API at base, for instance
// https://api.authy.com, which identifies itself with the API key. roots are the
// certificate authorities to trust; nil stands for those of the system.
func NewAuthyClient(base *url.URL, key Secret, roots *x509.CertPool) *AuthyClient {
	// HTTP/1 only: HTTP/2 repeats requests on its own after a refused stream.
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &AuthyClient{base: base, key: key, transport: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		Protocols:              protocols,
		DisableKeepAlives:      true, // a GET on a reused, dead connection would be sent again
		DisableCompression:     true, // a small answer must not grow on arrival
		MaxResponseHeaderBytes: maxHeaderBytes,
	}}
}

// Verify implements [Verifier]. It takes as long as ctx allows. The error wraps
// one of the Err variables of this package.
func (c *AuthyClient) Verify(ctx context.Context, id AuthyID, token Token) error {
	request, err := c.verifyRequest(ctx, id, token)
	if err != nil {
		return err
	}
	response, err := c.transport.RoundTrip(request)
	if err != nil {
		return transportError(ctx, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return contextError(ctx)
	case err != nil:
		return fmt.Errorf("%w: it broke off", ErrMalformedAnswer)
	case len(body) > maxAnswerBytes:
		return fmt.Errorf("%w: it is longer than %d bytes", ErrMalformedAnswer, maxAnswerBytes)
	}
	return judge(response.StatusCode, body)
}

// verifyRequest is the one place where the verify request is built (Authy API,
// verify). The shapes of token and ID are checked here again, whoever made them:
// with a slash or a question mark in one of them, Authy would be asked about
// another user or something else altogether.
//
// force=true is what makes Authy look at the token of every user. Without it a
// user who never used Authy gets status 200 for any token.
func (c *AuthyClient) verifyRequest(ctx context.Context, id AuthyID, token Token) (*http.Request, error) {
	digits := token.Reveal()
	if _, err := ParseToken(digits, len(digits)); err != nil {
		return nil, err
	}
	if _, err := ParseAuthyID(string(id)); err != nil {
		return nil, err
	}
	target := c.base.JoinPath("protected", "json", "verify", url.PathEscape(digits), url.PathEscape(string(id)))
	target.RawQuery = "force=true"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		// The error of net/http quotes the URL, and with it the token.
		return nil, fmt.Errorf("%w: the request cannot be built", ErrUnreachable)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("X-Authy-API-Key", c.key.Reveal())
	return request, nil
}

// transportError says why there is no HTTP answer. The text of err stays behind:
// net/http quotes what a server sent in place of HTTP (an echo service sends the
// request back, token and API key included), and a malformed proxy setting with
// its password.
func transportError(ctx context.Context, err error) error {
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
		return fmt.Errorf("%w: the host name of AUTHY_API_URL or of the proxy cannot be resolved", ErrUnreachable)
	case errors.As(err, &certificate):
		return fmt.Errorf("%w: its certificate is not trusted (see AUTHY_CA_FILE): %w", ErrUnreachable, certificate.Err)
	case errors.As(err, &notTLS):
		return fmt.Errorf("%w: the server does not speak TLS", ErrUnreachable)
	case errors.As(err, &errno):
		return fmt.Errorf("%w: %w", ErrUnreachable, errno)
	default:
		return fmt.Errorf("%w: the connection broke off or did not carry HTTP", ErrUnreachable)
	}
}

// contextError says why ctx ended: its deadline, or whoever canceled it.
func contextError(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ErrTimeout
	}
	return ctx.Err()
}
