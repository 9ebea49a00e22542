package ctl

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// totpFile is the secrets file as a place to write to.
type totpFile struct {
	path string
	id   hooks.AuthyID
	// replace says that a secret which is there may be lost.
	replace bool
}

// write puts the secret into the file; comments and all other lines stay as they
// are.
func (f totpFile) write(secret hooks.TOTPSecret) error {
	return replaceFile(f.path, func(content []byte) ([]byte, error) { return f.change(content, secret) })
}

// change adds the line, or changes it, and proves that no other user has another
// secret then.
func (f totpFile) change(content []byte, secret hooks.TOTPSecret) ([]byte, error) {
	before, err := hooks.ParseTOTPSecrets(f.path, content)
	if err != nil {
		return nil, err
	}
	line := secret.Line(f.id).Reveal()
	var text string
	switch _, there := before[f.id]; {
	case there && !f.replace:
		return nil, errors.New("a secret was added meanwhile")
	case there:
		text = f.withLine(string(content), line)
	default:
		text = appendLine(string(content), line)
	}
	after, err := hooks.ParseTOTPSecrets(f.path, []byte(text))
	if err != nil {
		return nil, err
	}
	before[f.id] = secret
	if !maps.EqualFunc(before, after, sameSecret) {
		return nil, fmt.Errorf("the line of %s would change another user", f.id)
	}
	return []byte(text), nil
}

// withLine puts a line in the place of the one of the ID.
func (f totpFile) withLine(text, line string) string {
	var changed strings.Builder
	for old := range strings.Lines(text) {
		id, _, _ := strings.Cut(strings.TrimSpace(old), ",")
		if strings.TrimSpace(id) != string(f.id) {
			changed.WriteString(old)
			continue
		}
		changed.WriteString(line + old[len(strings.TrimRight(old, "\r\n")):])
	}
	return changed.String()
}

func sameSecret(a, b hooks.TOTPSecret) bool {
	return a.Key.Reveal() == b.Key.Reveal() && a.Digits == b.Digits && a.Period == b.Period && a.Algorithm == b.Algorithm
}
