package hooks_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// FuzzSFTPGoUser compares the reader of SFTPGo's answers with a plain one: it is
// about that user and nobody else.
func FuzzSFTPGoUser(f *testing.F) {
	for _, body := range []string{aliceJSON, userJSON("bob", "authy_id=1"), "", "null", `{"username":"alice","USERNAME":"bob"}`, `{"username":"alice","additional_info":null}`} {
		f.Add("alice", []byte(body))
	}
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		user, err := hooks.ParseSFTPGoUser(name, body)
		if err != nil {
			if !errors.Is(err, hooks.ErrSFTPGo) || user.Username != "" || user.AdditionalInfo != "" || len(err.Error()) > 200 {
				t.Errorf("%+v, %v", user, err)
			}
			return
		}
		var plain struct {
			Username       string  `json:"username"`
			AdditionalInfo *string `json:"additional_info"`
		}
		if err := json.Unmarshal(body, &plain); err != nil || plain.Username != name || user.Username != name {
			t.Fatalf("%q was read from %q: %v", name, body, err)
		}
		if plain.AdditionalInfo == nil && user.AdditionalInfo != "" || plain.AdditionalInfo != nil && *plain.AdditionalInfo != user.AdditionalInfo {
			t.Errorf("%q was read from %q", user.AdditionalInfo, body)
		}
	})
}
