package hooks_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// manyUsers is a list of so many users, page by page (getUsers).
func manyUsers(count int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		page := []json.RawMessage{}
		for i := offset; i < min(offset+limit, count) && r.URL.Path == "/api/v2/users"; i++ {
			page = append(page, fmt.Appendf(nil, `{"username":"user%d","filters":{"n":%d}}`, i, i))
		}
		_ = json.NewEncoder(w).Encode(page)
	}
}

func TestSFTPGoUsers(t *testing.T) {
	t.Parallel()
	for _, count := range []int{0, 1, 99, 100, 101, 250} {
		client, i := byKey(t, newAuthy(t, manyUsers(count)).URL), 0
		for user, err := range client.Users(t.Context()) {
			if err != nil || user.Username != fmt.Sprintf("user%d", i) || string(user.Member("filters")) != fmt.Sprintf(`{"n":%d}`, i) || user.Member("x") != nil {
				t.Fatalf("%d: %+v, %v", i, user, err)
			}
			i++
		}
		if i != count || client.Ping(t.Context()) != nil {
			t.Errorf("%d users, want %d", i, count)
		}
	}
	for _, err := range byKey(t, newAuthy(t, manyUsers(3)).URL).Users(t.Context()) {
		wantError(t, err, nil)
		break // the reader may stop
	}
	for status, body := range map[int]string{403: "[]", 200: `{"canary":1}`, 500: "", 302: "[]"} {
		client := byKey(t, newAuthy(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}).URL)
		n := 0
		for _, err := range client.Users(t.Context()) {
			wantError(t, err, hooks.ErrSFTPGo)
			n++
		}
		if n != 1 || !errors.Is(client.Ping(t.Context()), hooks.ErrSFTPGo) {
			t.Errorf("%d: %d errors", status, n)
		}
	}
	for _, body := range []string{`[{"username":1}]`, `[[]]`, `[{"username":"a","username":"b"}]`} {
		for user, err := range byKey(t, newAuthy(t, answering(200, body)).URL).Users(t.Context()) {
			if !errors.Is(err, hooks.ErrSFTPGo) {
				t.Errorf("%s: %+v, %v", body, user, err)
			}
		}
	}
}
