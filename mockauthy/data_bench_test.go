package mockauthy_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// Of each pair the one keeps its data and so waits for the disk, many requests
// together.

func BenchmarkUsersNew(b *testing.B) {
	for _, name := range []string{"memory", "data"} {
		b.Run(name, func(b *testing.B) {
			options := keeping(b, name)
			benchmarkChanges(b, mockauthy.ForTest(b, options...), func(n int) (method, target, form string) {
				return http.MethodPost, "/protected/json/users/new", fmt.Sprintf("user[email]=a@example.com&user[cellphone]=%d&user[country_code]=1", 2_000_000_000+n)
			})
		})
	}
}

// Each request verifies the right token of another user.
func BenchmarkVerifyOnce(b *testing.B) {
	for _, name := range []string{"memory", "data"} {
		b.Run(name, func(b *testing.B) {
			options := keeping(b, name)
			app := docsApplication()
			for n := range b.N {
				app.Users = append(app.Users, mockauthy.User{
					AuthyID: int64(2000 + n), Email: "a@example.com", Cellphone: fmt.Sprint(2_000_000_000 + n), CountryCode: 1, Secret: aliceSecret,
				})
			}
			mock := mockauthy.ForTest(b, append(options, mockauthy.WithApplications(app), mockauthy.WithClock(newClock().now))...)
			token, err := mock.Token(alice)
			if err != nil {
				b.Fatal(err)
			}
			benchmarkChanges(b, mock, func(n int) (method, target, form string) {
				return http.MethodGet, fmt.Sprintf("/protected/json/verify/%s/%d?force=true", token, 2000+n), ""
			})
		})
	}
}

// keeping is what makes a server that keeps its users in memory only, or as data
// in a new file.
func keeping(b *testing.B, where string) []mockauthy.Option {
	b.Helper()
	if where == "memory" {
		return nil
	}
	return []mockauthy.Option{mockauthy.WithData(newData(b))}
}

// benchmarkChanges asks over TCP with keep-alive, 32 at a time on two cores, and
// wants successes.
func benchmarkChanges(b *testing.B, mock *mockauthy.Server, request func(n int) (method, target, form string)) {
	b.Helper()
	server := httptest.NewServer(mock)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	b.Cleanup(func() {
		client.CloseIdleConnections()
		server.Close()
		if err := mock.Close(); err != nil {
			b.Error(err)
		}
	})
	var count atomic.Int64
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			method, target, form := request(int(count.Add(1) - 1))
			r, err := http.NewRequest(method, server.URL+target, strings.NewReader(form))
			if err != nil {
				b.Error(err)
				return
			}
			r.Header.Set("X-Authy-API-Key", docsKey)
			answer, err := client.Do(r)
			if err != nil {
				b.Error(err)
				return
			}
			body, err := io.ReadAll(answer.Body)
			_ = answer.Body.Close()
			if err != nil || answer.StatusCode != http.StatusOK {
				b.Errorf("%s: %d %s, %v", target, answer.StatusCode, body, err)
				return
			}
		}
	})
}
