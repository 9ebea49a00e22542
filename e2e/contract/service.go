package contract

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// maxAnswer is how much SFTPGo reads of an answer (maxHookResponseSize), but for
// keyboard-interactive, of which it reads all.
const maxAnswer = 1 << 20

// service is a hook over HTTP.
type service struct {
	hook   driver.Hook
	client *http.Client
	site   *site
}

// newTransport does what SFTPGo's does, as far as a hook sees it: Go's own, with
// the hook's settings for TLS (httpclient.Config.Initialize).
func newTransport(hook driver.Hook) (*http.Transport, error) {
	config, err := hook.TLS.Config()
	if err != nil {
		return nil, err
	}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: config,
		ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second,
	}, nil
}

func newService(d *Driver, s *site) *service {
	return &service{hook: d.hook, client: &http.Client{Timeout: d.timeout, Transport: d.transport}, site: s}
}

func (s *service) externalAuth(ctx context.Context, r externalAuthRequest) ([]byte, error) {
	return s.answer(ctx, r)
}

func (s *service) checkPassword(ctx context.Context, r checkPasswordRequest) ([]byte, error) {
	return s.answer(ctx, r)
}

func (s *service) answer(ctx context.Context, request any) ([]byte, error) {
	said, cut, err := s.post(ctx, request, maxAnswer)
	if err == nil && cut != nil {
		err = refuse("the hook's answer breaks off: %v", cut)
	}
	return said, err
}

// keyboardRequest is a step of a dialogue (SFTPGo's plugin.KeyboardAuthRequest).
type keyboardRequest struct {
	RequestID string   `json:"request_id"`
	Step      int      `json:"step"`
	Username  string   `json:"username,omitempty"`
	IP        string   `json:"ip,omitempty"`
	Password  string   `json:"password,omitempty"`
	Answers   []string `json:"answers,omitempty"`
	Questions []string `json:"questions,omitempty"`
}

func (s *service) keyboard(ctx context.Context, a account, ask func(keyboardAnswer) ([]string, error)) (int, error) {
	r := keyboardRequest{
		RequestID: rand.Text(),
		Step:      1, Username: a.username(), IP: address, Password: a.hash(),
	}
	for {
		body, _, err := s.post(ctx, r, endless)
		if err != nil {
			return 0, err
		}
		var said keyboardAnswer
		// What follows the first value is read and not looked at, and may break off
		// (render.DecodeJSON).
		if err := json.NewDecoder(bytes.NewReader(body)).Decode(&said); err != nil {
			return 0, refuse("the hook's answer is no JSON that SFTPGo understands: %v", err)
		}
		if said.AuthResult != 0 {
			return said.AuthResult, nil
		}
		if err := said.validate(); err != nil {
			return 0, err
		}
		answers, err := ask(said)
		if err != nil {
			return 0, err
		}
		// SFTPGo tells the address in the first step only.
		r = keyboardRequest{
			RequestID: r.RequestID, Step: r.Step + 1, Username: a.username(), Password: a.hash(),
			Answers: answers, Questions: said.Questions,
		}
	}
}

// endless is more than any hook says, and bounds what is read where SFTPGo has no
// bound.
const endless = 8 << 20

// post returns the beginning of an answer with the status 200, and how the answer
// broke off, if it did.
func (s *service) post(ctx context.Context, request any, most int64) (said []byte, cut, err error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.hook.URL, bytes.NewReader(body))
	if err != nil {
		return nil, nil, fmt.Errorf("hook: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	for name, values := range s.hook.Header {
		r.Header[name] = values
	}
	s.site.Happened.Add(driver.BySFTPGo, "asks the hook: POST %s %s", s.hook.URL, body)
	answer, err := s.client.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		return nil, nil, refuse("the hook does not answer: %s", s.hook.ExplainTLS(errors.Unwrap(err).Error()))
	}
	defer answer.Body.Close()
	said, cut = io.ReadAll(io.LimitReader(answer.Body, most))
	s.site.Happened.Add(driver.ByHook, "answers %s: %s", answer.Status, said)
	if answer.StatusCode != http.StatusOK {
		return nil, nil, refuse("the hook answers with the status %d", answer.StatusCode)
	}
	return said, cut, ctx.Err()
}
