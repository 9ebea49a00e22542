package hooks

import (
	"context"
	"crypto/tls"
	"fmt"
	"sync/atomic"
	"time"
)

// DaemonFiles are the files of hookd that may change while it runs, besides the
// users file, which is a [UsersFile]: certificate and key, the authorities of
// client certificates, the shared secrets and the secrets of [TOTP]. What is read
// anew counts from the next connection or request on; logins that run are not
// touched.
type DaemonFiles struct {
	config  DaemonConfig
	tls     atomic.Pointer[tls.Config]
	watched []*watchedFiles
}

// FileChange tells of files that were read again.
type FileChange struct {
	// Variables name the files.
	Variables string
	// Err says why they cannot be used; nil says that they are in use now.
	Err error
	// Denies says that every login is denied until they are mended. Otherwise
	// what was read before stays in use.
	Denies bool
}

// watchedFiles belong together: one of them has changed only when all have.
type watchedFiles struct {
	FileChange
	paths []string
	load  func() error
	// looked is told of each look that came to an end.
	looked func(time.Time)
	stamp  fileStamp
}

// LiveFiles returns the files of the configuration, whose shared secrets are those
// that the handler asks for.
func (c DaemonConfig) LiveFiles(handler *Handler) *DaemonFiles {
	f := &DaemonFiles{config: c}
	f.tls.Store(c.TLS)
	daemon := c.settings.daemon
	f.add("HOOKD_TLS_CERT_FILE, HOOKD_TLS_KEY_FILE, HOOKD_CLIENT_CA_FILE", f.loadTLS, daemon.certFile, daemon.keyFile, daemon.clientCAFile)
	f.add("HOOKD_SECRET_FILE", func() error {
		secrets, err := daemon.loadSecrets()
		if err == nil {
			handler.SetSecrets(secrets)
		}
		return err
	}, daemon.secretFile)
	if c.TOTP != nil {
		w := f.add(totpFileVariable, func() error { return c.TOTP.reload(c.TOTPFile) }, c.TOTPFile)
		w.Denies, w.looked = true, c.TOTP.looked
	}
	return f
}

// add watches the files that are set.
func (f *DaemonFiles) add(variables string, load func() error, paths ...string) *watchedFiles {
	w := &watchedFiles{FileChange: FileChange{Variables: variables}, load: load, looked: func(time.Time) {}}
	for _, path := range paths {
		if path != "" {
			w.paths = append(w.paths, path)
		}
	}
	if w.paths != nil {
		f.watched = append(f.watched, w)
	}
	return w
}

func (f *DaemonFiles) loadTLS() error {
	config, err := f.config.settings.daemon.loadTLS()
	if err == nil {
		f.tls.Store(config)
	}
	return err
}

// TLS is what the listener speaks: for each connection what the files said last.
// It is nil for plain HTTP.
func (f *DaemonFiles) TLS() *tls.Config {
	if f.tls.Load() == nil {
		return nil
	}
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return f.tls.Load(), nil },
	}
}

// CertificateExpires is when the certificate in use does; zero is without TLS.
func (f *DaemonFiles) CertificateExpires() time.Time {
	config := f.tls.Load()
	if config == nil {
		return time.Time{}
	}
	return config.Certificates[0].Leaf.NotAfter
}

// Err is nil unless every login is denied because of a file.
func (f *DaemonFiles) Err() error {
	if f.config.TOTP == nil {
		return nil
	}
	return f.config.TOTP.Err()
}

// Watch looks at the files once a second until ctx ends, and reads them again
// when one of them is another one. Changed is told of it, and once of files that
// cannot be used.
func (f *DaemonFiles) Watch(ctx context.Context, changed func(FileChange)) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		for _, w := range f.watched {
			if w.look() {
				changed(w.FileChange)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// look reads the files if one of them may be another one than before, and
// reports whether that told anything new. The first look tells of trouble only:
// the files have just been read.
func (w *watchedFiles) look() (news bool) {
	now := time.Now()
	defer func() { w.looked(now) }()
	infos, _ := stat(w.paths...) // load finds out what is wrong with them
	if w.stamp.certain(infos) {
		return false
	}
	err := w.load()
	first := w.stamp.infos == nil
	news = fmt.Sprint(err) != fmt.Sprint(w.Err) || !first && !w.stamp.alike(infos)
	w.stamp, w.Err = fileStamp{infos, now}, err
	return news
}
