package hooks

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// daemonSettings are the values of the variables that only hookd has.
type daemonSettings struct {
	listen, metricsListen    string
	secretFile, clientCAFile string
	certFile, keyFile        string
	drainFor                 time.Duration
}

const (
	listenVariable  = "HOOKD_LISTEN"
	metricsVariable = "HOOKD_METRICS_LISTEN"
	maxDrainFor     = time.Minute
)

// daemonVariables are the settings of hookd besides those of the programs.
func daemonVariables() []Variable {
	return []Variable{
		{
			Name: listenVariable, Default: "127.0.0.1:2885",
			Meaning: "Address at which SFTPGo asks, HOST:PORT, or unix:/PATH for a reverse proxy on this machine. " +
				"Anything but loopback and a socket needs TLS, and HOOKD_SECRET_FILE or HOOKD_CLIENT_CA_FILE.",
			set: func(s *settings, v string) error { s.daemon.listen = v; return checkListen(v) },
		},
		{
			Name: "HOOKD_SECRET_FILE",
			Meaning: "File with the shared secret that a request has to carry as \"Authorization: Bearer SECRET\", not accessible to everyone. " +
				"Several lines are several secrets, so that one can take the place of another.",
			set: func(s *settings, v string) error { s.daemon.secretFile = v; return nil },
		},
		{
			Name:    "HOOKD_TLS_CERT_FILE",
			Meaning: "PEM file with the certificate of HOOKD_LISTEN and those that lead to its authority. TLS is spoken if it is set.",
			set:     func(s *settings, v string) error { s.daemon.certFile = v; return nil },
		},
		{
			Name:    "HOOKD_TLS_KEY_FILE",
			Meaning: "PEM file with the private key of HOOKD_TLS_CERT_FILE, not accessible to everyone.",
			set:     func(s *settings, v string) error { s.daemon.keyFile = v; return nil },
		},
		{
			Name:    "HOOKD_CLIENT_CA_FILE",
			Meaning: "PEM file with the certificate authorities of client certificates. If it is set, SFTPGo has to show one of theirs (http.certificates).",
			set:     func(s *settings, v string) error { s.daemon.clientCAFile = v; return nil },
		},
		{
			Name:    metricsVariable,
			Meaning: "Address, HOST:PORT, of /metrics for Prometheus, /livez and /readyz, without TLS or a secret. They hold no names and no secrets.",
			set:     func(s *settings, v string) error { s.daemon.metricsListen = v; return checkAddress(v) },
		},
		{
			Name: "HOOKD_DRAIN_FOR", Default: "0s",
			Meaning: "Time, up to 1m, from SIGTERM on for which /readyz says no while logins are still taken: " +
				"as long as a load balancer takes to notice.",
			set: func(s *settings, v string) (err error) { s.daemon.drainFor, err = parseDrainFor(v); return err },
		},
	}
}

// checkListen takes an address or a socket.
func checkListen(text string) error {
	if path, ok := strings.CutPrefix(text, unixPrefix); ok {
		if !strings.HasPrefix(path, "/") {
			return errors.New("expected unix: and an absolute path, such as unix:/run/hookd/hookd.sock")
		}
		return nil
	}
	return checkAddress(text)
}

const unixPrefix = "unix:"

func checkAddress(text string) error {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return errors.New("expected HOST:PORT, such as 127.0.0.1:2885, or :2885 for every address of this machine")
	}
	return nil
}

func parseDrainFor(text string) (time.Duration, error) {
	drain, err := time.ParseDuration(text)
	if err != nil || drain < 0 || drain > maxDrainFor {
		return 0, fmt.Errorf("expected a duration from 0s to %v, such as 5s", maxDrainFor)
	}
	return drain, nil
}
