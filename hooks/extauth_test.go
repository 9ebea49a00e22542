package hooks_test

import (
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// aliceRequest is a login that must be accepted if the token is right.
func aliceRequest() hooks.ExternalAuthRequest {
	return hooks.ExternalAuthRequest{
		Username: "alice", IP: "192.0.2.7", Protocol: "SSH",
		Password: hooks.NewSecret(canaryToken), User: hooks.NewSecret(aliceJSON),
	}
}

func extauthDecider(v hooks.Verifier) hooks.Decider {
	return hooks.Decider{Verifier: v, Directory: hooks.Directories{hooks.Users{"bob": {AuthyID: "1002"}}, hooks.AdditionalInfo{}}, TokenDigits: 7}
}

func TestExternalAuthKeepsTheUser(t *testing.T) {
	t.Parallel()
	for _, user := range []string{
		aliceJSON,
		" {\t\"username\" : \"alice\", \"additional_info\": \"authy_id=1001\" }\r\n ",
		`{"additional_info":"{\"authy_id\":1001}","username":"alice","z":1E400,"a":0.10,"big":` + strings.Repeat("9", 400) + `}`,
		`{"username":"\u0061lice","additional_info":"authy_id=1001","status":0,"x":"\ud800 <>&\u2028"}`,
	} {
		request := aliceRequest()
		request.User = hooks.NewSecret(user)
		verifier := onlyCanary()
		answer, err := extauthDecider(verifier).ExternalAuth(t.Context(), request)
		if err != nil || !answer.Accepted() || string(answer.JSON()) != user {
			t.Errorf("%s: %v, %s", user, err, answer.JSON())
		}
		if n := len(verifier.seen()); n != 1 {
			t.Errorf("asked %d times", n)
		}
	}
	// The users file comes before additional_info.
	request := aliceRequest()
	request.Username = "bob"
	request.User = hooks.NewSecret(strings.Replace(aliceJSON, "alice", "bob", 1))
	verifier := accepting()
	_, err := extauthDecider(verifier).ExternalAuth(t.Context(), request)
	if asked := verifier.seen(); err != nil || len(asked) != 1 || asked[0] != "1002 "+canaryToken {
		t.Errorf("%v, asked %q", err, asked)
	}
}

// TestExternalAuthDenies holds that no request leaves for a login that cannot be
// right, whatever the Verifier would say.
func TestExternalAuthDenies(t *testing.T) {
	t.Parallel()
	type request = hooks.ExternalAuthRequest
	user := func(text string) func(*request) {
		return func(r *request) { r.User = hooks.NewSecret(text) }
	}
	tests := map[string]func(*request){
		"public key":           func(r *request) { r.PublicKey = "ssh-ed25519 AAAA" },
		"public key only":      func(r *request) { r.PublicKey = "ssh-ed25519 AAAA"; r.Password = hooks.Secret{} },
		"TLS certificate":      func(r *request) { r.TLSCertificate = "-----BEGIN" },
		"keyboard-interactive": func(r *request) { r.KeyboardInteractive = "1"; r.Password = hooks.Secret{} },
		"keyboard-interactive with password": func(r *request) {
			r.KeyboardInteractive = "true"
		},
		"no password":           func(r *request) { r.Password = hooks.NewSecret("") },
		"no user":               user(""),
		"user is null":          user("null"),
		"user is a list":        user("[" + aliceJSON + "]"),
		"user is a text":        user(`"alice"`),
		"user is cut":           user(aliceJSON[:len(aliceJSON)-1]),
		"user and more":         user(aliceJSON + " x"),
		"two users":             user(aliceJSON + aliceJSON),
		"user with a mark":      user("\ufeff" + aliceJSON),
		"user without name":     user(`{"status":1,"additional_info":"authy_id=1001"}`),
		"empty name":            user(`{"username":"","additional_info":"authy_id=1001"}`),
		"name is null":          user(`{"username":null,"additional_info":"authy_id=1001"}`),
		"name is a number":      user(`{"username":1,"additional_info":"authy_id=1001"}`),
		"other name":            user(`{"username":"bob","additional_info":"authy_id=1001"}`),
		"other case":            user(`{"username":"Alice","additional_info":"authy_id=1001"}`),
		"name with space":       user(`{"username":"alice ","additional_info":"authy_id=1001"}`),
		"name twice":            user(`{"username":"alice","username":"admin","additional_info":"authy_id=1001"}`),
		"name in other case":    user(`{"Username":"alice","additional_info":"authy_id=1001"}`),
		"name twice by case":    user(`{"username":"alice","USERNAME":"admin","additional_info":"authy_id=1001"}`),
		"name twice by long s":  user(`{"username":"alice","uſername":"admin","additional_info":"authy_id=1001"}`),
		"name twice by escapes": user(`{"username":"alice","\u0075sername":"admin","additional_info":"authy_id=1001"}`),
		"not UTF-8":             user("{\"username\":\"alice\",\"additional_info\":\"authy_id=1001\",\"x\":\"\xff\"}"),
		"info is a number":      user(`{"username":"alice","additional_info":1001}`),
		"info is an object":     user(`{"username":"alice","additional_info":{"authy_id":"1001"}}`),
		"info is null":          user(`{"username":"alice","additional_info":null}`),
		"info is missing":       user(`{"username":"alice"}`),
		"info in other case":    user(`{"username":"alice","Additional_Info":"authy_id=1001"}`),
		"info names two":        user(`{"username":"alice","additional_info":"authy_id=1001 authy_id=1002"}`),
		"info elsewhere":        user(`{"username":"alice","description":"authy_id=1001"}`),
		"user name is empty":    func(r *request) { r.Username = "" },
		"both names are empty": func(r *request) {
			r.Username, r.User = "", hooks.NewSecret(`{"username":"","additional_info":"authy_id=1001"}`)
		},
	}
	for _, text := range notTokens {
		tests["password "+text[:min(len(text), 20)]] = func(r *request) { r.Password = hooks.NewSecret(text) }
	}
	tests["password before token"] = func(r *request) { r.Password = hooks.NewSecret("secret" + canaryToken) }
	for name, change := range tests {
		verifier := accepting()
		r := aliceRequest()
		change(&r)
		answer, err := extauthDecider(verifier).ExternalAuth(t.Context(), r)
		if answer.Accepted() || err == nil || string(answer.JSON()) != `{"username":""}` {
			t.Errorf("%s: %v, %s", name, err, answer.JSON())
		}
		if asked := verifier.seen(); len(asked) != 0 {
			t.Errorf("%s: asked about %q", name, asked)
		}
		if err != nil {
			noSecrets(t, name, err.Error())
		}
	}
	answer, err := extauthDecider(refusing()).ExternalAuth(t.Context(), aliceRequest())
	if answer.Accepted() {
		t.Error("accepted a wrong token")
	}
	wantError(t, err, hooks.ErrTokenWrong)
}

func TestFoldCase(t *testing.T) {
	t.Parallel()
	names := []string{"username", "USERNAME", "uſername", "userName", "uſerName"}
	for _, name := range names {
		if hooks.FoldCase(name) != hooks.FoldCase(names[0]) {
			t.Errorf("%q is not folded like %q", name, names[0])
		}
	}
	for _, name := range []string{"", "username ", "user_name", "usernamé", "user\x00name"} {
		if hooks.FoldCase(name) == hooks.FoldCase(names[0]) {
			t.Errorf("%q is folded like %q", name, names[0])
		}
	}
	if hooks.FoldCase("\u212a") != hooks.FoldCase("k") || hooks.FoldCase("ς") != hooks.FoldCase("Σ") {
		t.Error("letters with more than two forms")
	}
}
