package contract

import (
	"encoding/json"
	"maps"
	"path"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// accounts are the users that the stand-in for SFTPGo has stored. Many logins at
// once may ask for them.
type accounts struct {
	mu     sync.Mutex
	byName map[string]account
}

// account is a user as SFTPGo hands it to external authentication, with the hash
// of its password. An account never changes: another one takes its place.
type account map[string]any

// usersBase is where the official images keep users' files.
const usersBase = "/srv/sftpgo/data"

// find returns nil if there is no such user.
func (a *accounts) find(username string) account {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.byName[username]
}

// put stores a user, who gets an ID if he is new.
func (a *accounts) put(user account) account {
	a.mu.Lock()
	defer a.mu.Unlock()
	user = user.with("updated_at", milliseconds(time.Now()))
	if _, ok := user["id"]; !ok {
		user = user.with("id", float64(len(a.byName)+1)).with("created_at", milliseconds(time.Now()))
	}
	if a.byName == nil {
		a.byName = map[string]account{}
	}
	a.byName[user.username()] = user
	return user
}

// loggedIn is SFTPGo's UpdateLastLogin, which does it seldom for who comes often.
func (a *accounts) loggedIn(username string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.byName[username] = a.byName[username].with("last_login", milliseconds(time.Now()))
}

func milliseconds(t time.Time) float64 { return float64(t.UnixMilli()) }

func (a *accounts) add(user sftpgo.User) error {
	body, err := json.Marshal(user)
	if err != nil {
		return err
	}
	stored := account{
		"home_dir": path.Join(usersBase, user.Username), "uid": 0.0, "gid": 0.0,
		"filesystem": map[string]any{"provider": 0.0},
	}
	if err := json.Unmarshal(body, &stored); err != nil {
		return err
	}
	if stored, err = stored.withPassword(user.Password); err != nil {
		return err
	}
	a.put(stored)
	return nil
}

func (a account) text(field string) string {
	text, _ := a[field].(string)
	return text
}

func (a account) number(field string) float64 {
	number, _ := a[field].(float64)
	return number
}

func (a account) username() string { return a.text("username") }

func (a account) hash() string { return a.text("password") }

func (a account) with(field string, value any) account {
	next := maps.Clone(a)
	next[field] = value
	return next
}

// bcryptPrefix is how SFTPGo tells a hash from a password (IsPasswordHashed).
const bcryptPrefix = "$2a$"

// withPassword has the hash of a password, as cheap a one as there is: nobody
// attacks it. A hash stays as it is, and "" is none. A [refusal] is a password
// that cannot be hashed, which SFTPGo does not store either.
func (a account) withPassword(password string) (account, error) {
	switch {
	case password == "":
		next := maps.Clone(a)
		delete(next, "password")
		return next, nil
	case strings.HasPrefix(password, bcryptPrefix):
		return a.with("password", password), nil
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		return nil, refuse("the password cannot be stored: %v", err)
	}
	return a.with("password", string(hash)), nil
}

// passwordIs compares a password with the stored one.
func (a account) passwordIs(password string) bool {
	return bcrypt.CompareHashAndPassword([]byte(a.hash()), []byte(password)) == nil
}

// mayLogIn is SFTPGo's CheckLoginConditions, but for times of the day.
func (a account) mayLogIn() error {
	if a.number("status") < 1 {
		return refuse("the user is disabled")
	}
	if expires := a.number("expiration_date"); expires > 0 && expires < milliseconds(time.Now()) {
		return refuse("the user has expired")
	}
	return nil
}

// kept are the fields that survive external authentication, and the password is
// one that it sets (doExternalAuth).
var kept = []string{
	"id", "created_at", "last_login", "last_password_change", "first_download", "first_upload", "last_quota_update",
	"used_quota_size", "used_quota_files", "used_upload_data_transfer", "used_download_data_transfer",
}

// keptFilters survive likewise.
var keptFilters = []string{"totp_config", "recovery_codes"}

// replacing is the account with what survives of the one in whose place it comes,
// which may be nil.
func (a account) replacing(stored account) account {
	next := maps.Clone(a)
	keep(next, stored, kept)
	before, _ := stored["filters"].(map[string]any)
	after, _ := a["filters"].(map[string]any)
	filters := maps.Clone(after)
	if filters == nil {
		filters = map[string]any{}
	}
	keep(filters, before, keptFilters)
	if next["filters"] = filters; len(filters) == 0 {
		delete(next, "filters")
	}
	return next
}

func keep(next, stored map[string]any, fields []string) {
	for _, field := range fields {
		delete(next, field)
		if value, ok := stored[field]; ok {
			next[field] = value
		}
	}
}

// always are the fields that the REST API tells of each user, be they 0.
var always = []string{"status", "expiration_date", "uid", "gid", "max_sessions", "quota_size", "quota_files"}

// rendered is the account as the REST API tells it: without its password, and,
// but for a few fields, without what is nothing, whether a hook wrote that down or
// not.
func (a account) rendered() (map[string]any, error) {
	body, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	var record map[string]any
	if err := json.Unmarshal(body, &record); err != nil {
		return nil, err
	}
	delete(record, "password")
	withoutNothing(record)
	for _, field := range always {
		if _, ok := record[field]; !ok {
			record[field] = 0.0
		}
	}
	return record, nil
}

func withoutNothing(record map[string]any) {
	for field, value := range record {
		if nested, ok := value.(map[string]any); ok {
			withoutNothing(nested)
		}
		if isNothing(value) {
			delete(record, field)
		}
	}
}

func isNothing(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return value == 0.0 || value == "" || value == false
}
