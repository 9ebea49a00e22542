package stack

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"
	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/files"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/metrics"
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

// hookd is a pair of replicas that is started once, by whoever needs it first.
type hookd struct {
	once       sync.Once
	containers []testcontainers.Container
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

// hookd returns the replicas of that setup, started if they were not yet.
func (s *Stack) hookd(ctx context.Context, setup hookSetup) (*hookd, error) {
	s.mu.Lock()
	h, ok := s.hookds[setup]
	if !ok {
		h = &hookd{}
		s.hookds[setup] = h
	}
	s.mu.Unlock()
	h.once.Do(func() { h.err = s.startHookd(ctx, setup, h) })
	return h, h.err
}

func (s *Stack) startHookd(ctx context.Context, setup hookSetup, h *hookd) error {
	certificates, err := certify(setup.host())
	if err != nil {
		return fmt.Errorf("certificates of hookd: %w", err)
	}
	h.ca = certificates.ca
	for range setup.replicas() {
		archive, err := s.programs.Image("hooks/deploy/Dockerfile", "hookd")
		if err != nil {
			return err
		}
		container, err := testcontainers.Run(ctx, "",
			testcontainers.WithDockerfile(testcontainers.FromDockerfile{ContextArchive: archive}),
			testcontainers.WithEnv(map[string]string{
				"AUTHY_CONFIG_FILE":   "/etc/hookd/authy.conf",
				"HOOKD_LISTEN":        ":2885",
				"HOOKD_TLS_CERT_FILE": "/etc/hookd/cert.pem",
				"HOOKD_TLS_KEY_FILE":  "/etc/hookd/key.pem",
				"HOOKD_SECRET_FILE":   "/etc/hookd/secret",
				// For the figures of bench-login.
				"HOOKD_METRICS_LISTEN": ":2886",
			}),
			testcontainers.WithExposedPorts(hookdMetrics),
			files.BeforeStart(hookdUID, append(setup.files("/etc/hookd", "/var/lib/hookd"), []build.File{
				{Path: "/etc/hookd/secret", Content: []byte(hookdSecret + "\n"), Mode: 0o400},
				{Path: "/etc/hookd/cert.pem", Content: certificates.certificate, Mode: 0o444},
				{Path: "/etc/hookd/key.pem", Content: certificates.key, Mode: 0o400},
			}...)),
			testcontainers.WithWaitStrategy(wait.ForLog("msg=listening").WithStartupTimeout(hookdWithin)),
			network.WithNetwork([]string{setup.host()}, s.network),
		)
		if container != nil { // a start may fail before there is one
			s.mu.Lock() // the logs may be wanted already
			h.containers = append(h.containers, container)
			s.mu.Unlock()
		}
		if err != nil {
			return fmt.Errorf("start hookd: %w", err)
		}
	}
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
func (s *Stack) HookdHolds(ctx context.Context, setup Setup) (metrics.Process, error) {
	h, err := s.hookd(ctx, setup.hook())
	if err != nil {
		return metrics.Process{}, err
	}
	var all metrics.Process
	for _, container := range h.containers {
		url, err := container.PortEndpoint(ctx, hookdMetrics, "http")
		if err != nil {
			return metrics.Process{}, fmt.Errorf("metrics of hookd: %w", err)
		}
		one, err := metrics.Read(ctx, url+"/metrics")
		if err != nil {
			return metrics.Process{}, fmt.Errorf("hookd: %w", err)
		}
		all = all.Plus(one)
	}
	return all, nil
}

// renamed are SFTPGo's settings with the name of another hookd in them.
func renamed(settings []byte, host string) []byte {
	return bytes.ReplaceAll(settings, []byte("//"+hookdHost+":"), []byte("//"+host+":"))
}
