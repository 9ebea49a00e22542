package hooks

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// accessToken returns an access token for the administrator other than the one
// that was refused. Those who come while one is asked for wait for it.
func (s *SFTPGo) accessToken(ctx context.Context, refused string) (Secret, error) {
	var current grant
	select {
	case current = <-s.granted:
	case <-ctx.Done():
		return Secret{}, contextError(ctx)
	}
	defer func() { s.granted <- current }()
	if token := current.token.Reveal(); token != "" && token != refused && time.Now().Before(current.expires) {
		return current.token, nil
	}
	renewed, err := s.logIn(ctx)
	if err != nil {
		return Secret{}, err
	}
	current = renewed
	return current.token, nil
}

// logIn asks for an access token (SFTPGo, GET /api/v2/token).
func (s *SFTPGo) logIn(ctx context.Context) (grant, error) {
	const path = "/api/v2/token"
	answer, err := s.send(ctx, http.MethodGet, s.address(path, path), nil, func(r *http.Request) {
		r.SetBasicAuth(s.config.Admin, s.config.Password.Reveal())
	})
	switch {
	case err != nil:
		return grant{}, err
	case answer.status != http.StatusOK:
		return grant{}, refusedBySFTPGo(answer.status)
	}
	members, err := parseObject(answer.body)
	if err != nil {
		return grant{}, fmt.Errorf("%w: %w", ErrSFTPGo, err)
	}
	token, ok := stringMember(members["access_token"])
	if !ok || checkKey(token) != nil {
		return grant{}, fmt.Errorf("%w: it gave no access token", ErrSFTPGo)
	}
	// Without a time that can be read the token is good for this request only.
	text, _ := stringMember(members["expires_at"])
	expires, _ := time.Parse(time.RFC3339, text)
	return grant{token: NewSecret(token), expires: expires}, nil
}
