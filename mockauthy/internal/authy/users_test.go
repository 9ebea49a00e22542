package authy_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

// Users are those of now, by Authy ID, whatever has become of them since they were
// asked for last.
func TestUsersInOrder(t *testing.T) {
	t.Parallel()
	app, err := authy.NewApplication(time.Now, authy.Settings{APIKey: "k"})
	if err != nil {
		t.Fatal(err)
	}
	add := func(id int64, number string) *authy.User {
		t.Helper()
		u, err := app.AddUser(authy.NewUser{ID: id, Email: "a@example.com", Phone: authy.Phone{CountryCode: 1, Number: number}})
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	want := func(after string, ids ...int64) {
		t.Helper()
		var got []int64
		for _, u := range app.Users() {
			got = append(got, u.ID())
		}
		if diff := cmp.Diff(ids, got); diff != "" {
			t.Errorf("after %s (-want +got):\n%s", after, diff)
		}
	}
	want("nothing")
	add(7, "2015550107")
	five := add(5, "2015550105")
	want("two", 5, 7)
	app.Users()[0] = nil // which is the caller's copy
	want("a caller's change", 5, 7)
	state := app.State()
	app.Delete(five)
	want("a deletion", 7)
	if err := app.RestoreUser(state.Users[0]); err != nil {
		t.Fatal(err)
	}
	want("his return", 5, 7)
	add(6, "2015550106")
	want("one more", 5, 6, 7)
	if err := app.Restore(state); err != nil {
		t.Fatal(err)
	}
	want("all returned", 5, 7)
}
