package stack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	dockercontainer "github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"
	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/authority"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/files"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/metrics"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

const (
	// hookdHost is the name under which SFTPGo finds hookd, see its settings.
	hookdHost = "hookd"
	// hookdSecret is what SFTPGo's settings say.
	hookdSecret = "the-line-of-the-secret-file"
	// hookdMetrics is the port of the metrics, which are for this machine.
	hookdMetrics = "2886/tcp"
	// hookdUID is the user of the image.
	hookdUID = 65534
	// hookdWithin bounds how long hookd takes to listen.
	hookdWithin = 15 * time.Second
)

// hookd is a pair of replicas, or the one beside a server, that is started once, by
// whoever needs it first.
type hookd struct {
	once       sync.Once
	containers []testcontainers.Container
	metrics    []string // where this machine reads them
	ca         []byte
	err        error
}

// replicas of hookd have one name in the network: the steps of a login may reach
// either. Those that check tokens themselves would have to share their state.
func (h hookSetup) replicas() int {
	if h.totp {
		return 1
	}
	return 2
}

// hookd returns the replicas in the network of that setup, started if they were
// not yet.
func (s *Stack) hookd(ctx context.Context, setup hookSetup) (*hookd, error) {
	h := s.hookdOf(setup)
	h.once.Do(func() { h.err = s.startReplicas(ctx, setup, h) })
	return h, h.err
}

// hookdBeside starts the only replica on the machine of the server, which is the
// one that publishes its port.
func (s *Stack) hookdBeside(ctx context.Context, setup Setup, server *sftpgo.Server) error {
	h := s.hookdOf(setup.hook())
	h.once.Do(func() {
		machine := testcontainers.WithHostConfigModifier(func(c *dockercontainer.HostConfig) {
			c.NetworkMode = dockercontainer.NetworkMode("container:" + server.GetContainerID())
		})
		if h.err = s.startHookd(ctx, setup.hook(), h, machine); h.err == nil {
			h.err = h.publish(ctx, server.Container)
		}
	})
	return h.err
}

func (s *Stack) hookdOf(setup hookSetup) *hookd {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.hookds[setup]
	if !ok {
		h = &hookd{}
		s.hookds[setup] = h
	}
	return h
}

// startReplicas starts those in the network, by one name.
func (s *Stack) startReplicas(ctx context.Context, setup hookSetup, h *hookd) error {
	ca, err := authority.New()
	if err != nil {
		return err
	}
	certified, err := ca.Server(setup.host())
	if err != nil {
		return err
	}
	h.ca = ca.Certificate()
	for range setup.replicas() {
		err := s.startHookd(ctx, setup, h,
			testcontainers.WithEnv(map[string]string{
				"HOOKD_LISTEN":        ":2885",
				"HOOKD_TLS_CERT_FILE": "/etc/hookd/cert.pem",
				"HOOKD_TLS_KEY_FILE":  "/etc/hookd/key.pem",
			}),
			files.BeforeStart(hookdUID, []build.File{
				{Path: "/etc/hookd/cert.pem", Content: certified.Certificate, Mode: 0o444},
				{Path: "/etc/hookd/key.pem", Content: certified.Key, Mode: 0o400},
			}),
			testcontainers.WithExposedPorts(hookdMetrics),
			network.WithNetwork([]string{setup.host()}, s.network))
		if err != nil {
			return err
		}
		if err := h.publish(ctx, h.containers[len(h.containers)-1]); err != nil {
			return err
		}
	}
	return nil
}

// startHookd starts one replica, with what opts add to what all have.
func (s *Stack) startHookd(ctx context.Context, setup hookSetup, h *hookd, opts ...testcontainers.ContainerCustomizer) error {
	image, err := s.hookdImage.of(ctx, s.programs)
	if err != nil {
		return fmt.Errorf("image of hookd: %w", err)
	}
	container, err := testcontainers.Run(ctx, image, append([]testcontainers.ContainerCustomizer{
		testcontainers.WithEnv(map[string]string{
			"AUTHY_CONFIG_FILE": "/etc/hookd/authy.conf",
			"HOOKD_SECRET_FILE": "/etc/hookd/secret",
			// For the figures of bench-login.
			"HOOKD_METRICS_LISTEN": ":2886",
		}),
		files.BeforeStart(hookdUID, append(setup.files("/etc/hookd", "/var/lib/hookd"),
			build.File{Path: "/etc/hookd/secret", Content: []byte(hookdSecret + "\n"), Mode: 0o400})),
		testcontainers.WithWaitStrategy(wait.ForLog("msg=listening").WithStartupTimeout(hookdWithin)),
	}, opts...)...)
	if container != nil { // a start may fail before there is one
		s.mu.Lock() // the logs may be wanted already
		h.containers = append(h.containers, container)
		s.mu.Unlock()
	}
	if err != nil {
		return fmt.Errorf("start hookd: %w", err)
	}
	return nil
}

// publish notes where this machine reads the metrics of a replica: at the
// container that publishes their port.
func (h *hookd) publish(ctx context.Context, container testcontainers.Container) error {
	url, err := container.PortEndpoint(ctx, hookdMetrics, "http")
	if err != nil {
		return fmt.Errorf("metrics of hookd: %w", err)
	}
	h.metrics = append(h.metrics, url+"/metrics")
	return nil
}

// HookdLogs is what the replicas of hookd have logged so far, each for itself.
func (s *Stack) HookdLogs(ctx context.Context) ([]string, error) {
	s.mu.Lock()
	var containers []testcontainers.Container
	for _, h := range s.hookds {
		containers = append(containers, h.containers...)
	}
	s.mu.Unlock()
	var all []string
	for _, container := range containers {
		log, err := containerLog(ctx, container)
		if err != nil {
			return nil, fmt.Errorf("hookd: %w", err)
		}
		all = append(all, log)
	}
	return all, nil
}

// HookdHolds is what the replicas of hookd that serve the setup hold together.
func (s *Stack) HookdHolds(ctx context.Context, setup Setup) (all metrics.Process, err error) {
	h := s.hookdOf(setup.hook())
	if len(h.metrics) == 0 {
		return all, errors.New("hookd: it was not started for this setup")
	}
	for _, url := range h.metrics {
		one, err := metrics.Read(ctx, url)
		if err != nil {
			return all, fmt.Errorf("hookd: %w", err)
		}
		all = all.Plus(one)
	}
	return all, nil
}

// asking are SFTPGo's settings for the hook over HTTP of this very setup: with its
// name in them, or with what hooks/README.md and docs/sftpgo.md say of one on the
// same machine.
func (setup Setup) asking(settings []byte) []byte {
	const anywhere = "https://" + hookdHost + ":"
	if !setup.OnLoopback {
		return bytes.ReplaceAll(settings, []byte("//"+hookdHost+":"), []byte("//"+setup.hook().host()+":"))
	}
	var lines []byte
	for line := range bytes.Lines(settings) {
		if !bytes.HasPrefix(line, []byte("SFTPGO_HTTP__CA_CERTIFICATES=")) {
			lines = append(lines, bytes.ReplaceAll(line, []byte(anywhere), []byte("http://127.0.0.1:"))...)
		}
	}
	return lines
}
