package hooks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrSFTPGo says that SFTPGo's REST API gave no usable answer.
var ErrSFTPGo = errors.New("no usable answer from SFTPGo's REST API")

const (
	// maxUserBytes is the longest answer of SFTPGo that is read: it takes users of
	// up to 1 MiB (maxRequestSize).
	maxUserBytes = 2 << 20
	// maxUsernameRunes is the longest user name that SFTPGo can store.
	maxUsernameRunes = 255
	maxUsernameBytes = maxUsernameRunes * utf8.UTFMax
	usersPath        = "/api/v2/users"
)

// SFTPGo is the [Directory] that asks SFTPGo's REST API for the additional info
// of the user, which then says what it says to [AdditionalInfo]. It can be used
// by many at once, and keeps no connection open.
//
// It asks anew each time. Plug it into a [Cache] where that is too often.
type SFTPGo struct {
	config    SFTPGoConfig
	transport *http.Transport
	// granted is the access token of the administrator, empty or out of date at
	// first. A channel, since waiting for a mutex cannot end with a context.
	granted chan grant
}

// grant is an access token.
type grant struct {
	token   Secret
	expires time.Time
}

// NewSFTPGo returns a client of SFTPGo's REST API. No proxy is used: what
// identifies the client must not travel further than to SFTPGo.
func NewSFTPGo(config SFTPGoConfig) *SFTPGo {
	s := &SFTPGo{config: config, transport: newTransport(config.RootCAs), granted: make(chan grant, 1)}
	s.granted <- grant{}
	return s
}

// Find implements [Directory].
func (s *SFTPGo) Find(ctx context.Context, account Account) (Enrolment, error) {
	user, err := s.User(ctx, account.Username)
	if err != nil {
		return Enrolment{}, err
	}
	return parseAdditionalInfo(user.AdditionalInfo)
}

// SFTPGoUser is a user as SFTPGo's REST API gives it.
type SFTPGoUser struct {
	Username       string
	AdditionalInfo string
	// members is all there is, so that what is not known here survives a change.
	members map[string]json.RawMessage
}

// User returns the user of exactly that name, or [ErrNoAuthyID] if SFTPGo has
// none. Every other error wraps [ErrSFTPGo], or is [ErrTimeout] or that of ctx.
func (s *SFTPGo) User(ctx context.Context, username string) (SFTPGoUser, error) {
	target, err := s.userURL(username)
	if err != nil {
		return SFTPGoUser{}, err
	}
	answer, err := s.ask(ctx, http.MethodGet, target, nil)
	switch {
	case err != nil:
		return SFTPGoUser{}, err
	case answer.status == http.StatusNotFound:
		return SFTPGoUser{}, ErrNoAuthyID
	case answer.status != http.StatusOK:
		return SFTPGoUser{}, refusedBySFTPGo(answer.status)
	}
	return parseSFTPGoUser(username, answer.body)
}

// parseSFTPGoUser reads a user who must have that name: routers unescape, clean
// and lower-case what they like, and the answer then is about somebody else.
func parseSFTPGoUser(username string, body []byte) (SFTPGoUser, error) {
	members, err := parseObject(body)
	if err != nil {
		return SFTPGoUser{}, fmt.Errorf("%w: %w", ErrSFTPGo, err)
	}
	name, ok := stringMember(members["username"])
	if !ok || name != username {
		return SFTPGoUser{}, fmt.Errorf("%w: it is about another user than the one asked for", ErrSFTPGo)
	}
	info := ""
	if value, ok := members["additional_info"]; ok {
		if info, ok = stringMember(value); !ok {
			return SFTPGoUser{}, fmt.Errorf("%w: additional_info is not a string", ErrSFTPGo)
		}
	}
	return SFTPGoUser{Username: name, AdditionalInfo: info, members: members}, nil
}

// SetAdditionalInfo stores another additional info for that user, and changes
// nothing else of what SFTPGo has told about the user; SFTPGo keeps password and
// other secrets itself (updateUser). A change that somebody else made since
// [SFTPGo.User] is lost: SFTPGo's REST API has no way to notice.
func (s *SFTPGo) SetAdditionalInfo(ctx context.Context, user SFTPGoUser, info string) error {
	target, err := s.userURL(user.Username)
	if err != nil {
		return err
	}
	if user.members["additional_info"], err = json.Marshal(info); err != nil {
		return fmt.Errorf("%w: the additional info cannot be written", ErrSFTPGo)
	}
	body, err := json.Marshal(user.members)
	if err != nil {
		return fmt.Errorf("%w: the user cannot be written", ErrSFTPGo)
	}
	answer, err := s.ask(ctx, http.MethodPut, target, body)
	if err == nil && answer.status != http.StatusOK {
		err = refusedBySFTPGo(answer.status)
	}
	return err
}

// userURL is the address of a user. SFTPGo's router is asked with the name
// escaped, whatever is in it; the two names that no escaping saves from being
// cleaned away on the path belong to nobody.
func (s *SFTPGo) userURL(username string) (*url.URL, error) {
	switch {
	case username == "", username == ".", username == "..":
		return nil, fmt.Errorf("%w: no user can be asked for by that name", ErrSFTPGo)
	case !utf8.ValidString(username), utf8.RuneCountInString(username) > maxUsernameRunes:
		return nil, fmt.Errorf("%w: the user name is longer than %d characters or not UTF-8", ErrSFTPGo, maxUsernameRunes)
	}
	return s.address(usersPath+"/"+username, usersPath+"/"+url.PathEscape(username)), nil
}

// address is not made with [url.URL.JoinPath], which would clean the path.
func (s *SFTPGo) address(path, escaped string) *url.URL {
	target := *s.config.URL
	target.Path = strings.TrimSuffix(s.config.URL.Path, "/") + path
	target.RawPath = strings.TrimSuffix(s.config.URL.EscapedPath(), "/") + escaped
	return &target
}

// ask sends a request as the API key or the administrator. If the administrator's
// access token is refused, a new one is tried once.
func (s *SFTPGo) ask(ctx context.Context, method string, target *url.URL, body []byte) (response, error) {
	if s.config.APIKey.Reveal() != "" {
		return s.send(ctx, method, target, body, func(r *http.Request) {
			r.Header.Set("X-SFTPGO-API-KEY", s.config.APIKey.Reveal())
		})
	}
	answer, token, err := s.askWithToken(ctx, method, target, body, "")
	if err == nil && answer.status == http.StatusUnauthorized {
		answer, _, err = s.askWithToken(ctx, method, target, body, token.Reveal())
	}
	return answer, err
}

// askWithToken sends a request with an access token, but not the refused one.
func (s *SFTPGo) askWithToken(ctx context.Context, method string, target *url.URL, body []byte, refused string) (response, Secret, error) {
	token, err := s.accessToken(ctx, refused)
	if err != nil {
		return response{}, Secret{}, err
	}
	answer, err := s.send(ctx, method, target, body, func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+token.Reveal())
	})
	return answer, token, err
}

func (s *SFTPGo) send(ctx context.Context, method string, target *url.URL, body []byte, identify func(*http.Request)) (response, error) {
	request, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body))
	if err != nil {
		return response{}, fmt.Errorf("%w: the request cannot be built", ErrSFTPGo)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", userAgent)
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	identify(request)
	return sftpgoServer().exchange(s.transport, request)
}

func sftpgoServer() server {
	return server{
		url: "AUTHY_SFTPGO_URL", authorities: "AUTHY_SFTPGO_CA_FILE",
		unreachable: ErrSFTPGo, malformed: ErrSFTPGo, maxBytes: maxUserBytes,
	}
}

// refusedBySFTPGo says why there is no user in an answer. SFTPGo's own text is
// not repeated.
func refusedBySFTPGo(status int) error {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%w: it refused the request (HTTP status %d); look at the API key or administrator of AUTHY_SFTPGO_*", ErrSFTPGo, status)
	default:
		return fmt.Errorf("%w (HTTP status %d)", ErrSFTPGo, status)
	}
}
