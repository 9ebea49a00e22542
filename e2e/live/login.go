package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/places"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
)

// LogIn logs in as a client does, and uses files over SSH. Who was let in is what
// SFTPGo says over SSH, and the user who logged in over the other protocols.
func (s *site) LogIn(ctx context.Context, l driver.Login) (driver.Result, error) {
	s.mu.Lock()
	s.names[l.Username] = true
	s.mu.Unlock()
	c := s.NewClient(l)
	start := time.Now()
	session, err := s.enter(ctx, c)
	result := driver.Result{Questions: c.Asked(), Took: time.Since(start)}
	switch {
	case errors.Is(err, login.ErrRefused), errors.Is(err, driver.ErrHangUp):
		s.Happened.Add(driver.ByClient, "is not let in")
		return result, nil
	case session != nil:
		s.Happened.Add(driver.ByClient, "is let in")
		defer session.Close() // what it was for is done
		result.Useless = s.useFiles(session, err)
		result.In, err = s.userOf(ctx, session)
	case err == nil:
		s.Happened.Add(driver.ByClient, "is let in")
		result.In = l.Username
	}
	if err != nil {
		return driver.Result{}, err
	}
	return result, nil
}

// enter logs in. A session is one of SSH.
func (s *site) enter(ctx context.Context, c *places.Client) (*login.Session, error) {
	server, l := s.driver.server, c.Login
	switch l.Protocol {
	case driver.FTP:
		return nil, login.FTP(ctx, server.FTP(), l.Username, l.Password)
	case driver.WebDAV:
		return nil, login.WebDAV(ctx, server.WebDAV(), l.Username, l.Password)
	case driver.HTTP:
		return nil, login.WebClient(ctx, server.Web(), l.Username, l.Password, "")
	default:
		return s.enterSSH(ctx, c)
	}
}

func (s *site) enterSSH(ctx context.Context, c *places.Client) (*login.Session, error) {
	server, l := s.driver.server, c.Login
	at := login.Server{Address: server.SSH(), HostKey: server.HostKey()}
	if l.Reply == nil {
		return login.Password(ctx, at, l.Username, l.Password)
	}
	return login.Answer(ctx, at, l.Username, func(texts []string, echos []bool) ([]string, error) {
		questions := make([]driver.Question, 0, len(texts))
		for i, text := range texts {
			questions = append(questions, driver.Question{Text: text, Echo: echos[i]})
		}
		return c.Ask(questions)
	})
}

// userOf finds out for whom SFTPGo takes a client that it has let in: its log says.
func (s *site) userOf(ctx context.Context, session *login.Session) (string, error) {
	lines, err := s.driver.server.LogSince(ctx, s.since)
	if err != nil {
		return "", err
	}
	for _, line := range lines {
		if attribute(line, "connection_id") != session.ID() {
			continue
		}
		if name, ok := letIn(line); ok {
			return name, nil
		}
	}
	return "", errors.New("SFTPGo has let a client in, and its log does not say as whom")
}

// useFiles tells what does not work for somebody who is in, from the start of SFTP
// on.
func (s *site) useFiles(session *login.Session, err error) string {
	name := fmt.Sprintf("file-%d", s.logins.Add(1)) // logins of one user may be at once
	if err == nil {
		err = session.UseFiles(name, []byte("content of "+name))
	}
	if err != nil {
		s.Happened.Add(driver.ByClient, "cannot use a file: %v", err)
		return err.Error()
	}
	return ""
}
