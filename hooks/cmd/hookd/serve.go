package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

const (
	maxHeaderBytes = 16 << 10
	headerWithin   = 5 * time.Second
	// writeWithin is how long log and answer of a decision may take.
	writeWithin = 5 * time.Second
	idleFor     = time.Minute
)

// service is a running hookd.
type service struct {
	config hooks.DaemonConfig
	log    *slog.Logger
	users  *hooks.UsersFile // nil without one
	files  *hooks.DaemonFiles
	probes *probes

	main, metrics *http.Server // metrics may be nil
	ended         chan error
	running       sync.WaitGroup
}

// serve listens until ctx ends, and then finishes the logins that run.
func serve(ctx context.Context, config hooks.DaemonConfig, _, stderr io.Writer) error {
	s := &service{config: config, log: slog.New(slog.NewTextHandler(stderr, nil)), ended: make(chan error, 2)}
	if err := canRemember(config); err != nil {
		return err
	}
	if config.UsersFile != "" {
		users, err := hooks.OpenUsersFile(config.UsersFile)
		if err != nil {
			return err
		}
		s.users = users
	}
	watching, stopWatching := context.WithCancel(context.WithoutCancel(ctx)) // to the last login
	defer s.running.Wait()
	defer stopWatching()
	if err := s.start(ctx, stderr); err != nil {
		return errors.Join(err, s.close())
	}
	s.running.Go(func() { s.files.Watch(watching, s.tellFiles) })
	if s.users != nil {
		s.running.Go(func() { s.users.Watch(watching, s.tellUsers) })
	}
	select {
	case err := <-s.ended:
		return errors.Join(err, s.close())
	case <-ctx.Done():
	}
	return s.stop()
}

// start listens at all addresses before anything is answered at one.
func (s *service) start(ctx context.Context, stderr io.Writer) error {
	listener, err := listen(ctx, s.config.Network, s.config.Address)
	if err != nil {
		return err
	}
	if address, ok := listener.Addr().(*net.TCPAddr); ok && s.config.IsLocal() && !address.IP.IsLoopback() {
		return errors.Join(fmt.Errorf("listen on %s: it is no loopback here, but %s", s.config.Address, address), listener.Close())
	}
	m := newMetrics(s.users)
	handler := s.config.Handler(m.timed(s.config.Verifier()), s.users, stderr, m.observe)
	s.files = s.config.LiveFiles(handler)
	m.watch(s.files)
	s.probes = &probes{users: s.users, files: s.files}
	s.main = s.server(s.probes.before(m.inFlight(handler)))
	s.main.TLSConfig = s.files.TLS()
	if s.config.MetricsAddress != "" {
		side, err := listen(ctx, "tcp", s.config.MetricsAddress)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		s.metrics = s.server(s.probes.before(m.handler()))
		s.running.Go(func() { s.ended <- serving(s.metrics.Serve(side)) })
		s.log.Info("metrics", "address", side.Addr().String())
	}
	s.running.Go(func() {
		if s.main.TLSConfig != nil {
			s.ended <- serving(s.main.ServeTLS(listener, "", ""))
			return
		}
		s.ended <- serving(s.main.Serve(listener))
	})
	s.tellStart(listener.Addr().String())
	return nil
}

// server is the same for all that may connect: nobody holds a connection for
// long without saying something.
func (s *service) server(handler http.Handler) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true) // SFTPGo makes a connection per request; one protocol is enough to get right
	return &http.Server{
		Handler:           handler,
		Protocols:         protocols,
		MaxHeaderBytes:    maxHeaderBytes,
		ReadHeaderTimeout: headerWithin,
		ReadTimeout:       s.config.Deadline,
		WriteTimeout:      s.config.Deadline + writeWithin,
		IdleTimeout:       idleFor,
		ErrorLog:          slog.NewLogLogger(handshakes{s.log.Handler()}, slog.LevelWarn),
	}
}

// serving is nil for the end of a server that was asked for.
func serving(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// stop says that it will, then takes no more logins, then waits for those that
// run. Nothing of it depends on the context that has ended.
func (s *service) stop() error {
	s.probes.stopping.Store(true)
	s.log.Info("stopping", "drain", s.config.DrainFor.String())
	drained := time.NewTimer(s.config.DrainFor)
	defer drained.Stop()
	select {
	case <-drained.C:
	case err := <-s.ended:
		return errors.Join(err, s.close())
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.config.Deadline+writeWithin)
	defer cancel()
	err := s.main.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("logins were cut off: %w", err)
	}
	err = errors.Join(err, s.close())
	s.log.Info("stopped")
	return err
}

// close ends what runs, at once.
func (s *service) close() (err error) {
	if s.main != nil {
		err = s.main.Close()
	}
	if s.metrics != nil {
		err = errors.Join(err, s.metrics.Close())
	}
	return err
}

func (s *service) tellStart(address string) {
	s.log.Info("listening", "address", address, "tls", s.config.TLS != nil, "secret", len(s.config.Secrets) > 0,
		"client_certificates", s.config.ClientCertificates, "tokens", s.config.TokensBy(), "users", len(s.config.Users))
	if !s.config.KnowsWhoAsks() {
		s.log.Warn("every program on this machine may ask whether a token is right, and use it up; see HOOKD_SECRET_FILE")
	}
}

func (s *service) tellUsers(users int, err error) {
	if err != nil {
		s.log.Error("every login is denied until the users file is mended", "reason", err.Error())
		return
	}
	s.log.Info("users file read again", "users", users)
}

func (s *service) tellFiles(change hooks.FileChange) {
	switch {
	case change.Err == nil:
		s.log.Info("files read again", "files", change.Variables)
	case change.Denies:
		s.log.Error("every login is denied until the file is mended", "files", change.Variables, "reason", change.Err.Error())
	default:
		s.log.Error("changed files cannot be used, what was read before stays in use", "files", change.Variables, "reason", change.Err.Error())
	}
}
