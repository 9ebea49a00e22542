package ctl

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"unicode"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// sftpgo is additional_info of an SFTPGo user as a place to write to.
type sftpgo struct {
	client *hooks.SFTPGo
	user   string
	found  hooks.SFTPGoUser
}

func (*sftpgo) name() string { return "additional_info in SFTPGo" }

func (s *sftpgo) current(ctx context.Context) (hooks.Enrolment, error) {
	user, err := s.client.User(ctx, s.user)
	if errors.Is(err, hooks.ErrNoAuthyID) {
		return hooks.Enrolment{}, errors.New("SFTPGo has no such user, create the user there first")
	}
	if err != nil {
		return hooks.Enrolment{}, err
	}
	s.found = user
	return hooks.AdditionalInfo{}.Find(ctx, hooks.Account{Username: s.user, AdditionalInfo: user.AdditionalInfo})
}

func (*sftpgo) prepare(hooks.Enrolment) error { return nil }

func (*sftpgo) byHand(e hooks.Enrolment) string {
	return "add to additional_info of the user: " + words(e)
}

// write adds to additional_info, and reads it back as a hook would.
func (s *sftpgo) write(ctx context.Context, e hooks.Enrolment) error {
	info, err := withWords(s.found.AdditionalInfo, e)
	if err != nil {
		return err
	}
	if err := s.client.SetAdditionalInfo(ctx, s.found, info); err != nil {
		return err
	}
	stored, err := s.client.Find(ctx, hooks.Account{Username: s.user})
	if err == nil && !same(stored, e) {
		err = errors.New("SFTPGo has stored something else")
	}
	return err
}

// words are an enrolment by Authy ID in free text.
func words(e hooks.Enrolment) string {
	text := "authy_id=" + string(e.AuthyID)
	if e.TokenDigits != 0 {
		text += " authy_digits=" + strconv.Itoa(e.TokenDigits)
	}
	return text
}

// members are an enrolment by Authy ID in a JSON object.
func members(e hooks.Enrolment) string {
	text := `"authy_id":"` + string(e.AuthyID) + `"`
	if e.TokenDigits != 0 {
		text += `,"authy_digits":` + strconv.Itoa(e.TokenDigits)
	}
	return text
}

// withWords adds an enrolment to an additional info, which stays what it is
// otherwise.
func withWords(info string, e hooks.Enrolment) (string, error) {
	cannot := errors.New("nothing can be added to the additional_info that is there")
	if _, err := readWords(info); !errors.Is(err, hooks.ErrNoAuthyID) {
		return "", cannot
	}
	added := info + words(e)
	switch trimmed := strings.TrimRightFunc(info, unicode.IsSpace); {
	case strings.HasPrefix(strings.TrimSpace(info), "{"):
		open := strings.TrimSuffix(trimmed, "}")
		separator := ","
		if strings.HasSuffix(strings.TrimRightFunc(open, unicode.IsSpace), "{") {
			separator = ""
		}
		added = open + separator + members(e) + "}" + info[len(trimmed):]
	case info != "" && trimmed == info:
		added = info + " " + words(e)
	}
	// Read as a hook reads it, which is the proof of what was done above.
	if got, err := readWords(added); err != nil || !same(got, e) {
		return "", cannot
	}
	return added, nil
}

// readWords reads an additional info as a hook does.
func readWords(info string) (hooks.Enrolment, error) {
	return hooks.AdditionalInfo{}.Find(context.Background(), hooks.Account{AdditionalInfo: info})
}
