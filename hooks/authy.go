package hooks

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
)

// maxAnswerBytes is the longest answer of Authy that is read.
const maxAnswerBytes = 64 << 10

// AuthyClient asks Authy whether a token is right. It is a [Verifier].
//
// Each Verify is one connection and one request: nothing is kept open, followed
// or repeated, since a right token is consumed by the first request, and the API
// key must not travel further than to the host it was given for. Proxies are
// taken from the environment of the process, see [http.ProxyFromEnvironment].
type AuthyClient struct {
	base      *url.URL
	key       Secret
	transport *http.Transport
}

// NewAuthyClient returns a client for the Authy API at base, for instance
// https://api.authy.com, which identifies itself with the API key. roots are the
// certificate authorities to trust; nil stands for those of the system.
func NewAuthyClient(base *url.URL, key Secret, roots *x509.CertPool) *AuthyClient {
	transport := newTransport(roots)
	transport.Proxy = http.ProxyFromEnvironment
	return &AuthyClient{base: base, key: key, transport: transport}
}

// Verify implements [Verifier]. It takes as long as ctx allows. The error wraps
// one of the Err variables of this package.
func (c *AuthyClient) Verify(ctx context.Context, id AuthyID, token Token) error {
	request, err := c.verifyRequest(ctx, id, token)
	if err != nil {
		return err
	}
	response, err := authyServer().exchange(c.transport, request)
	if err != nil {
		return err
	}
	return judge(response.status, response.body)
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
	c.identify(request)
	return request, nil
}

// identify sets the headers of a request to Authy.
func (c *AuthyClient) identify(request *http.Request) {
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("X-Authy-API-Key", c.key.Reveal())
}

func authyServer() server {
	return server{
		url: "AUTHY_API_URL or of the proxy", authorities: "AUTHY_CA_FILE",
		unreachable: ErrUnreachable, malformed: ErrMalformedAnswer, maxBytes: maxAnswerBytes,
	}
}
