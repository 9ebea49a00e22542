package live

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"
	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/files"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/jsonlog"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/networks"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/ports"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/mock"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/docker"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// authy is the mock.
type authy struct {
	control *control.Client
	journal *places.Journal
	url     string // where the hook finds it
}

const (
	// mockHost is the mock's name in the network of the containers.
	mockHost = "mockauthy"
	mockPort = "2884"
	// caPath is where the certificate of its authority is for a program.
	caPath = folder + "/mockauthy-ca.pem"
	// Where SFTPGo finds what a hook over HTTPS needs.
	hookCAPath     = folder + "/hook-ca.pem"
	clientCertPath = folder + "/client.pem"
	clientKeyPath  = folder + "/client-key.pem"
	// uid is the user that the official images run SFTPGo as.
	uid = 1000
	// mockWithin bounds how long the mock takes to listen.
	mockWithin = 30 * time.Second
)

// startForService runs the mock in this process, and SFTPGo where it reaches a
// service of this machine.
func (d *Driver) startForService(ctx context.Context) error {
	settings, err := serviceSettings(d.hook, d.options.Timeout)
	if err != nil {
		return err
	}
	listen := d.options.Listen
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	journal := &places.Journal{}
	m, err := mock.Start(ctx, mock.For(d.hook, listen, slog.New(journal)))
	if err != nil {
		return err
	}
	d.closing(func(context.Context) error { return m.Close() })
	d.authy = authy{m.Control, journal, m.URL}
	opts, err := tlsFiles(d.hook.TLS)
	if err != nil {
		return err
	}
	err = d.startServer(ctx, append(opts, sftpgo.WithHostNetwork(), sftpgo.WithConfig(settings))...)
	if err != nil {
		return fmt.Errorf("SFTPGo in the network of this machine, as the hook is a service here (Docker has to run on this machine, and to know the network \"host\"): %w", err)
	}
	return nil
}

// tlsFiles puts the files of a hook over HTTPS where its settings name them.
func tlsFiles(t driver.TLS) ([]testcontainers.ContainerCustomizer, error) {
	var opts []testcontainers.ContainerCustomizer
	for inside, name := range map[string]string{hookCAPath: t.CA, clientCertPath: t.Cert, clientKeyPath: t.Key} {
		if name == "" {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("file for TLS: %w", err)
		}
		opts = append(opts, sftpgo.WithFile(inside, content, 0o400))
	}
	return opts, nil
}

// startForProgram runs mock and SFTPGo in containers of one network.
func (d *Driver) startForProgram(ctx context.Context) error {
	arch, err := architecture(ctx)
	if err != nil {
		return err
	}
	program, err := d.hookProgram(arch)
	if err != nil {
		return err
	}
	copied, err := d.moreFiles()
	if err != nil {
		return err
	}
	mockProgram, err := d.mockProgram(arch)
	if err != nil {
		return err
	}
	shared, err := network.New(ctx)
	if err != nil {
		return fmt.Errorf("network: %w", err)
	}
	if !d.options.Keep {
		d.closing(func(ctx context.Context) error { return networks.Remove(ctx, shared) })
	}
	if err := d.startMock(ctx, shared, mockProgram); err != nil {
		return fmt.Errorf("mock: %w", err)
	}
	ca, err := d.authy.control.CA(ctx)
	if err != nil {
		return err
	}
	settings, err := programSettings(d.hook, program.Path, d.hook.Environment(d.authy.url, caPath), d.options.Timeout)
	if err != nil {
		return err
	}
	opts := []testcontainers.ContainerCustomizer{
		sftpgo.WithConfig(settings), sftpgo.WithFile(caPath, ca, 0o444),
		network.WithNetwork(nil, shared),
	}
	for _, f := range append(copied, program) {
		opts = append(opts, sftpgo.WithFile(f.Path, f.Content, f.Mode))
	}
	return d.startServer(ctx, opts...)
}

// architecture is that of the engine, in the words of Go.
func architecture(ctx context.Context) (string, error) {
	engine, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return "", fmt.Errorf("docker: %w", err)
	}
	defer engine.Close()
	version, err := engine.ServerVersion(ctx, client.ServerVersionOptions{})
	if err != nil {
		return "", fmt.Errorf("docker: %w", err)
	}
	return version.Arch, nil
}

func (d *Driver) startMock(ctx context.Context, shared *testcontainers.DockerNetwork, program build.File) error {
	journal := &places.Journal{}
	settings := mock.For(d.hook, ":"+mockPort, nil)
	settings.ControlToken = rand.Text() // its port is published
	variable, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	c, err := testcontainers.Run(ctx, d.options.Image,
		testcontainers.WithCmd(program.Path, "mock"),
		testcontainers.WithEnv(map[string]string{mock.SettingsVariable: string(variable)}),
		testcontainers.WithExposedPorts(mockPort+"/tcp"),
		files.BeforeStart(uid, []build.File{program}),
		jsonlog.Follow(func(line string) {
			_ = journal.Handle(ctx, jsonlog.Parse(line)) // its error is always nil
		}),
		testcontainers.WithWaitStrategy(wait.ForLog(mock.Listening).WithStartupTimeout(mockWithin)),
		network.WithNetwork([]string{mockHost}, shared),
	)
	if c != nil {
		d.removing("the mock", c)
	}
	if err != nil {
		return err
	}
	address, err := d.reach(ctx, c)
	if err != nil {
		return err
	}
	d.authy = authy{journal: journal, url: "http://" + net.JoinHostPort(mockHost, mockPort)}
	d.authy.control, err = control.New("http://"+address, control.WithAPIKey(d.hook.APIKey), control.WithToken(settings.ControlToken))
	return err
}

// reach finds the address at which this machine reaches the mock, and other
// published ports with it.
func (d *Driver) reach(ctx context.Context, c testcontainers.Container) (string, error) {
	port, err := ports.Mapped(ctx, c, mockPort+"/tcp")
	if err != nil {
		return "", err
	}
	guess, err := c.Host(ctx)
	if err != nil {
		return "", err
	}
	host, note, err := docker.ReachableHost(ctx, guess, port)
	d.options.note(note)
	return net.JoinHostPort(host, port), err
}
