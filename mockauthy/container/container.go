// Package container runs the mock of the Authy API in a container, by
// testcontainers-go, for programs that are tested in containers themselves or
// cannot be given an [net/http.Handler].
//
// Others in the network of the container reach the mock at its alias, such as
// http://authy:2884, and the test reaches it at [Container.URL]. The control API
// wants a token, which [Container.ControlClient] sends.
package container

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// The ports on which the mock listens in the container.
const (
	// Port is that of HTTP, and of the proxy.
	Port = "2884/tcp"
	// TLSPort is that of HTTPS, with [WithTLS].
	TLSPort = "443/tcp"
)

// Container is a mock in a container.
type Container struct {
	testcontainers.Container

	token string
	tls   bool
}

// Run starts the mock of an image, such as sftpgo-authy/mockauthy, and returns
// when it answers. The options are those of this package and of
// testcontainers-go. The container is returned with an error too, if there is
// one by then, and has to be terminated in any case; [testcontainers.CleanupContainer]
// and [testcontainers.TerminateContainer] do so. An error tells which option is
// wrong, or the last words of a mock that has ended.
func Run(ctx context.Context, img string, opts ...testcontainers.ContainerCustomizer) (*Container, error) {
	s := settings{token: rand.Text()} // its port is published: whoever reaches the host could read all tokens
	for _, opt := range opts {
		if own, ok := opt.(Option); ok {
			if err := own(&s); err != nil {
				return nil, fmt.Errorf("mockauthy container: %w", err)
			}
		}
	}
	own, err := s.customizers()
	if err != nil {
		return nil, fmt.Errorf("mockauthy container: %w", err)
	}
	// Those of the caller come last, and win.
	c, err := testcontainers.Run(ctx, img, append(own, opts...)...)
	var mock *Container
	if c != nil {
		mock = &Container{Container: c, token: s.token, tls: s.tls}
	}
	if err != nil {
		return mock, fmt.Errorf("mockauthy container: %w", err)
	}
	return mock, nil
}

// URL is where this process reaches the mock, by HTTP or as its proxy, such as
// http://localhost:49153.
func (c *Container) URL(ctx context.Context) (string, error) {
	return c.PortEndpoint(ctx, Port, "http")
}

// TLSURL is where this process reaches the mock by HTTPS. An error says that it
// was started without [WithTLS]. Its certificate is for localhost and Authy's
// hosts: where the containers are on another machine, a client must be led there.
func (c *Container) TLSURL(ctx context.Context) (string, error) {
	if !c.tls {
		return "", errors.New("mockauthy container: it has no HTTPS: want WithTLS")
	}
	return c.PortEndpoint(ctx, TLSPort, "https")
}

// ControlToken is the token of the control API: that of [WithControlToken], or
// one that nobody else knows.
func (c *Container) ControlToken() string { return c.token }

// ControlClient is a client of the control API, with the token. Without
// [control.WithAPIKey] it is about the mock's first application.
func (c *Container) ControlClient(ctx context.Context, opts ...control.Option) (*control.Client, error) {
	url, err := c.URL(ctx)
	if err != nil {
		return nil, err
	}
	return control.New(url, append([]control.Option{control.WithToken(c.token)}, opts...)...)
}

// CA is the certificate of the mock's authority, in PEM: a program that trusts
// it takes the mock for api.authy.com.
func (c *Container) CA(ctx context.Context) ([]byte, error) {
	client, err := c.ControlClient(ctx)
	if err != nil {
		return nil, err
	}
	return client.CA(ctx)
}
