package container

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authority"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/guard"
)

// Where the files of options are in the container.
const (
	seedPath = "/seed.yaml"
	caPath   = "/ca.pem"
)

// settings are what the options say.
type settings struct {
	apiKey, token, ca string
	seed              []byte
	tls               bool
}

// Option changes how [Run] starts the mock. It is an option of testcontainers-go
// too, so that lists of them can have both.
type Option func(*settings) error

// Customize implements [testcontainers.ContainerCustomizer]. It does nothing:
// [Run] applies the option.
func (Option) Customize(*testcontainers.GenericContainerRequest) error { return nil }

// WithAPIKey sets the API key of the ready-made application.
func WithAPIKey(key string) Option {
	return func(s *settings) error {
		if key == "" {
			return errors.New("WithAPIKey: no key")
		}
		s.apiKey = key
		return nil
	}
}

// WithSeed starts the mock with the applications and users of a seed, in YAML,
// instead of the ready-made ones. The mock reads it: an error of [Run] has what
// it says of it.
func WithSeed(seed io.Reader) Option {
	return func(s *settings) (err error) {
		if seed == nil {
			return errors.New("WithSeed: no seed")
		}
		if s.seed, err = io.ReadAll(seed); err != nil {
			return fmt.Errorf("WithSeed: %w", err)
		}
		if len(s.seed) == 0 {
			return errors.New("WithSeed: it is empty")
		}
		return nil
	}
}

// WithControlToken sets the token of the control API, for programs that are not
// given it by [Container.ControlToken]: at least 16 characters, printable ASCII
// without spaces.
func WithControlToken(token string) Option {
	return func(s *settings) error {
		if err := new(guard.Guard).WithToken(token); err != nil {
			return fmt.Errorf("WithControlToken: %w", err)
		}
		s.token = token
		return nil
	}
}

// WithTLS makes the mock listen on [TLSPort] for HTTPS too. With the network
// aliases api.authy.com and sandbox-api.authy.com it is there what programs in
// the same network take for Authy, if they trust [Container.CA].
func WithTLS() Option {
	return func(s *settings) error {
		s.tls = true
		return nil
	}
}

// WithCA gives the mock the certificate authority of a file of this machine, as
// "mockauthy serve --ca" keeps it, so that programs which trust it need not be
// told anew. It is made when it is missing.
func WithCA(file string) Option {
	return func(s *settings) error {
		if _, err := authority.Load(file); err != nil {
			return fmt.Errorf("WithCA: %w", err)
		}
		s.ca = file
		return nil
	}
}

// customizers are what testcontainers-go is told.
func (s settings) customizers() ([]testcontainers.ContainerCustomizer, error) {
	if s.apiKey != "" && s.seed != nil {
		return nil, errors.New("WithAPIKey and WithSeed: want only one of them, the seed names the API keys")
	}
	ports := []string{Port}
	env := map[string]string{"MOCKAUTHY_CONTROL_TOKEN": s.token}
	var files []testcontainers.ContainerFile
	// The mock does not run as root, to whom the files are given.
	add := func(path string, content []byte) {
		files = append(files, testcontainers.ContainerFile{Reader: bytes.NewReader(content), ContainerFilePath: path, FileMode: 0o444})
	}
	if s.apiKey != "" {
		env["MOCKAUTHY_API_KEY"] = s.apiKey
	}
	if s.seed != nil {
		env["MOCKAUTHY_SEED"] = seedPath
		add(seedPath, s.seed)
	}
	if s.ca != "" {
		content, err := os.ReadFile(s.ca)
		if err != nil {
			return nil, fmt.Errorf("WithCA: %w", err)
		}
		env["MOCKAUTHY_CA"] = caPath
		add(caPath, content)
	}
	if s.tls {
		env["MOCKAUTHY_TLS_LISTEN"] = ":443"
		ports = append(ports, TLSPort)
	}
	return []testcontainers.ContainerCustomizer{
		testcontainers.WithExposedPorts(ports...),
		testcontainers.WithEnv(env),
		testcontainers.WithFiles(files...),
		testcontainers.WithWaitStrategy(answers{}),
	}, nil
}
