package guard_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/guard"
)

const token = "token-of-the-control-api"

// Without a token nobody knows it, and nothing follows from it.
func TestZero(t *testing.T) {
	t.Parallel()
	var g guard.Guard
	r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	if g.WantsToken() || g.Knows("") || g.Key("purpose") != nil || g.Place(r) != nil {
		t.Error("the zero value guards something")
	}
}

// A key is the same at each start, another one for each purpose and token, and is not
// the token or its sum.
func TestKey(t *testing.T) {
	t.Parallel()
	var keys [][]byte
	for _, token := range []string{token, "another-token-of-the-api"} {
		for _, purpose := range []string{"one", "two", ""} {
			var g, again guard.Guard
			if g.WithToken(token) != nil || again.WithToken(token) != nil {
				t.Fatal("no token")
			}
			key := g.Key(purpose)
			if !bytes.Equal(key, again.Key(purpose)) {
				t.Errorf("%s, %s: another key at the next start", token, purpose)
			}
			for _, other := range keys {
				if bytes.Equal(key, other) {
					t.Errorf("%s, %s: the key comes twice", token, purpose)
				}
			}
			keys = append(keys, key)
			if !g.Knows(token) || g.Knows(string(key)) {
				t.Error("the token is not known, or its key is taken for it")
			}
		}
	}
}

func TestBearer(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{"Bearer " + token: token, "bearer  " + token + " ": token, "Bearer": "", "Basic x": "-", "": "-", token: "-"} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Header.Set("Authorization", header)
		got, ok := guard.Bearer(r)
		if ok != (want != "-") || ok && got != want {
			t.Errorf("%q: %q, %t", header, got, ok)
		}
	}
}
