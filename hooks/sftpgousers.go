package hooks

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"strconv"
)

// usersPerPage keeps a page of users well below [maxUserBytes].
const usersPerPage = 100

// Member is what SFTPGo tells about the user under that name, such as "filters";
// nil if there is nothing.
func (u SFTPGoUser) Member(name string) json.RawMessage { return u.members[name] }

// Users returns all users that SFTPGo shows to the API key or administrator. It
// ends after the first error.
func (s *SFTPGo) Users(ctx context.Context) iter.Seq2[SFTPGoUser, error] {
	return func(yield func(SFTPGoUser, error) bool) {
		for offset := 0; ; offset += usersPerPage {
			page, err := s.page(ctx, offset)
			if err != nil {
				yield(SFTPGoUser{}, err)
				return
			}
			for _, user := range page {
				if !yield(user, nil) {
					return
				}
			}
			if len(page) < usersPerPage {
				return
			}
		}
	}
}

// Ping proves that SFTPGo answers, and that it lets the API key or administrator
// view users.
func (s *SFTPGo) Ping(ctx context.Context) error {
	_, err := s.page(ctx, 0)
	return err
}

func (s *SFTPGo) page(ctx context.Context, offset int) ([]SFTPGoUser, error) {
	target := s.address(usersPath, usersPath)
	target.RawQuery = "limit=" + strconv.Itoa(usersPerPage) + "&offset=" + strconv.Itoa(offset)
	answer, err := s.ask(ctx, http.MethodGet, target, nil)
	switch {
	case err != nil:
		return nil, err
	case answer.status != http.StatusOK:
		return nil, refusedBySFTPGo(answer.status)
	}
	var list []json.RawMessage
	if err := json.Unmarshal(answer.body, &list); err != nil {
		return nil, fmt.Errorf("%w: not a list of users", ErrSFTPGo)
	}
	var page []SFTPGoUser
	for _, item := range list {
		user, err := parseListed(item)
		if err != nil {
			return nil, err
		}
		page = append(page, user)
	}
	return page, nil
}

// parseListed reads a user of any name.
func parseListed(item json.RawMessage) (SFTPGoUser, error) {
	members, err := parseObject(item)
	if err != nil {
		return SFTPGoUser{}, fmt.Errorf("%w: %w", ErrSFTPGo, err)
	}
	name, _ := stringMember(members["username"])
	return parseSFTPGoUser(name, item)
}
