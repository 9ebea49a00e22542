package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// accounts are the users that the stand-in for SFTPGo has stored, by name.
type accounts map[string]*account

// account is a stored user, as SFTPGo's REST API tells it and as external
// authentication is handed it. The password in it is hashed.
type account struct {
	record map[string]any
}

// usersBase is where the official images keep users' files.
const usersBase = "/srv/sftpgo/data"

func (a accounts) find(username string) *account { return a[username] }

func (a accounts) add(user sftpgo.User) error {
	body, err := json.Marshal(user)
	if err != nil {
		return err
	}
	var record map[string]any
	if err := json.Unmarshal(body, &record); err != nil {
		return err
	}
	for field, value := range map[string]any{
		"id": float64(len(a) + 1), "home_dir": path.Join(usersBase, user.Username), "uid": 0.0, "gid": 0.0,
		"created_at": float64(time.Now().UnixMilli()), "updated_at": float64(time.Now().UnixMilli()),
		"filesystem": map[string]any{"provider": 0.0},
	} {
		if _, ok := record[field]; !ok {
			record[field] = value
		}
	}
	stored := &account{record}
	if err := stored.setPassword(user.Password); err != nil {
		return err
	}
	a[user.Username] = stored
	return nil
}

// setPassword stores a hash, as cheap as there is: nobody attacks it.
func (a *account) setPassword(password string) error {
	if password == "" {
		delete(a.record, "password")
		return nil
	}
	hash, err := bcrypt.GenerateFromPassword(shorten(password), bcrypt.MinCost)
	if err != nil {
		return fmt.Errorf("hash a password: %w", err)
	}
	a.record["password"] = string(hash)
	return nil
}

// shorten is there since bcrypt hashes 72 bytes and no more. Nobody stores a
// longer password here but a hook that lets an attack in.
func shorten(password string) []byte { return []byte(password)[:min(len(password), 72)] }

func (a *account) hash() string {
	hash, _ := a.record["password"].(string)
	return hash
}

func (a *account) username() string {
	name, _ := a.record["username"].(string)
	return name
}

// passwordIs compares a password with the stored one.
func (a *account) passwordIs(password string) bool {
	return bcrypt.CompareHashAndPassword([]byte(a.hash()), shorten(password)) == nil
}

// kept are the fields that survive external authentication (doExternalAuth).
var kept = []string{"id", "created_at", "last_login", "used_quota_size", "used_quota_files", "last_password_change"}

// replace makes the hook's answer the stored user.
func (a *account) replace(record map[string]any) {
	next := maps.Clone(record)
	for _, field := range kept {
		delete(next, field)
		if value, ok := a.record[field]; ok {
			next[field] = value
		}
	}
	a.record = next
}
