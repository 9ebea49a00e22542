package container_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

const controlToken = "token-of-the-control-api"

// start runs the mock of the test image until the end of the test.
func start(t *testing.T, opts ...testcontainers.ContainerCustomizer) *container.Container {
	t.Helper()
	mock, err := container.Run(t.Context(), image, opts...)
	testcontainers.CleanupContainer(t, mock, testcontainers.StopTimeout(0))
	if err != nil {
		t.Fatal(err)
	}
	return mock
}

// must is the value of a call that does not fail.
func must[T any](t *testing.T) func(v T, err error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestOnDockerDefaults(t *testing.T) {
	t.Parallel()
	mock := start(t)
	users := must[[]control.User](t)(must[*control.Client](t)(mock.ControlClient(t.Context())).Users(t.Context()))
	if len(users) != 1 || users[0].AuthyID != 1000 {
		t.Errorf("got %v, want the ready-made user", users)
	}
	if len(mock.ControlToken()) < 16 {
		t.Errorf("the token of the control API is %q", mock.ControlToken())
	}
	// The image opens the control API, the module closes it.
	stranger, err := control.New(must[string](t)(mock.URL(t.Context())))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Users(t.Context()); err == nil || !strings.Contains(err.Error(), "wants its token") {
		t.Errorf("without the token: %v", err)
	}
	logs := must[io.ReadCloser](t)(mock.Logs(t.Context()))
	defer logs.Close()
	if text := must[[]byte](t)(io.ReadAll(logs)); bytes.Contains(text, []byte("WARNING")) || bytes.Contains(text, []byte(mock.ControlToken())) {
		t.Errorf("it warns, or tells the token:\n%s", text)
	}
	if url, err := mock.TLSURL(t.Context()); err == nil || !strings.Contains(err.Error(), "WithTLS") {
		t.Errorf("got %q, %v; want an error that names WithTLS", url, err)
	}
}

// A new volume has the owner of the folder where it is mounted: the mock keeps
// its data there.
func TestOnDockerData(t *testing.T) {
	t.Parallel()
	const file = "/data/mock.db"
	mock := start(t, testcontainers.WithEnv(map[string]string{"MOCKAUTHY_DATA": file}),
		testcontainers.WithMounts(testcontainers.VolumeMount("", "/data"))) // without a name: it goes with the container
	kept := must[io.ReadCloser](t)(mock.CopyFileFromContainer(t.Context(), file))
	defer kept.Close()
	if text := must[[]byte](t)(io.ReadAll(kept)); len(text) == 0 {
		t.Error("the file is empty")
	}
}

func TestOnDockerOptions(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	mock := start(t, container.WithAPIKey("my-api-key"), container.WithControlToken(controlToken), container.WithTLS(), container.WithCA(ca))
	if mock.ControlToken() != controlToken {
		t.Errorf("the token is %q", mock.ControlToken())
	}
	client := must[*control.Client](t)(mock.ControlClient(t.Context(), control.WithAPIKey("my-api-key")))
	if _, err := client.Users(t.Context()); err != nil {
		t.Error(err)
	}
	certificate := must[[]byte](t)(mock.CA(t.Context()))
	if file := must[[]byte](t)(os.ReadFile(ca)); !bytes.HasPrefix(file, certificate) {
		t.Errorf("the certificate is not that of the file:\n%s", certificate)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(certificate)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, ServerName: "api.authy.com"}, DisableKeepAlives: true}
	r := must[*http.Request](t)(http.NewRequestWithContext(t.Context(), http.MethodGet, must[string](t)(mock.TLSURL(t.Context()))+"/protected/json/app/details", http.NoBody))
	r.Header.Set("X-Authy-API-Key", "my-api-key")
	answer, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("by HTTPS: %s", answer.Status)
	}
}

// A mock that ends tells why, at once, and its container is there to be removed.
func TestOnDockerEndsAtOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		option testcontainers.ContainerCustomizer
		want   string
	}{
		"wrong seed": {container.WithSeed(strings.NewReader("applications:\n  - name: A\n    color: red\n")), "the mock has ended with exit code 2: mockauthy: /seed.yaml:3: the key color is not known"},
		"wrong flag": {testcontainers.WithCmd("serve", "--nothing"), "the mock has ended with exit code 2: mockauthy: unknown flag: --nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, err := container.Run(t.Context(), image, test.option)
			testcontainers.CleanupContainer(t, mock, testcontainers.StopTimeout(0))
			if mock == nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v; want %s", mock, err, test.want)
			}
		})
	}
}

func TestWrongOptions(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing", "ca.pem")
	wrong := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(wrong, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		options []testcontainers.ContainerCustomizer
		want    string
	}{
		"no API key":   {[]testcontainers.ContainerCustomizer{container.WithAPIKey("")}, "WithAPIKey: no key"},
		"no seed":      {[]testcontainers.ContainerCustomizer{container.WithSeed(nil)}, "WithSeed: no seed"},
		"empty seed":   {[]testcontainers.ContainerCustomizer{container.WithSeed(strings.NewReader(""))}, "WithSeed: it is empty"},
		"broken seed":  {[]testcontainers.ContainerCustomizer{container.WithSeed(iotest.ErrReader(errors.New("broken")))}, "WithSeed: broken"},
		"seed and key": {[]testcontainers.ContainerCustomizer{container.WithSeed(strings.NewReader(seed)), container.WithAPIKey("CANARY")}, "WithAPIKey and WithSeed: want only one of them, the seed names the API keys"},
		"short token":  {[]testcontainers.ContainerCustomizer{container.WithControlToken("CANARY")}, "WithControlToken: the control token: want at least 16 characters, printable ASCII without spaces"},
		"no CA":        {[]testcontainers.ContainerCustomizer{container.WithCA(missing)}, "WithCA: "},
		"wrong CA":     {[]testcontainers.ContainerCustomizer{container.WithCA(wrong)}, "WithCA: certificate authority: " + wrong + ": want a certificate and its private key, in PEM"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, err := container.Run(t.Context(), "no/such-image:v0", test.options...)
			if mock != nil || err == nil || !strings.HasPrefix(err.Error(), "mockauthy container: "+test.want) || strings.Contains(err.Error(), "CANARY") {
				t.Errorf("got %v, %v; want %s", mock, err, test.want)
			}
		})
	}
}
