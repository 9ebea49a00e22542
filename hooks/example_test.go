package hooks_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// fixedToken is a token service of one token, in the place of Authy.
type fixedToken string

func (f fixedToken) Verify(_ context.Context, _ hooks.AuthyID, token hooks.Token) error {
	if token.Reveal() != string(f) {
		return hooks.ErrTokenWrong
	}
	return nil
}

// An own token service takes the place of Authy by implementing Verifier.
func ExampleVerifier() {
	decider := hooks.Decider{
		Verifier:    fixedToken("1234567"),
		Directory:   hooks.Users{"alice": {AuthyID: "1001"}},
		TokenDigits: 7,
	}
	for _, password := range []string{"secret1234567", "secret7654321"} {
		answer, err := decider.CheckPassword(context.Background(), hooks.CheckPasswordRequest{
			Username: "alice",
			Password: hooks.NewSecret(password),
		})
		fmt.Printf("%s %v\n", answer.JSON(), err)
	}
	// Output:
	// {"status":2,"to_verify":"secret"} <nil>
	// {"status":0} wrong token
}

func ExampleDecider_ExternalAuth() {
	decider := hooks.Decider{
		Verifier:    fixedToken("1234567"),
		Directory:   hooks.AdditionalInfo{},
		TokenDigits: 7,
	}
	answer, err := decider.ExternalAuth(context.Background(), hooks.ExternalAuthRequest{
		Username: "alice",
		Password: hooks.NewSecret("1234567"),
		User:     hooks.NewSecret(`{"id":1,"username":"alice","additional_info":"authy_id=1001"}`),
	})
	fmt.Printf("%s %v\n", answer.JSON(), err)
	// Output: {"id":1,"username":"alice","additional_info":"authy_id=1001"} <nil>
}

func ExampleDecider_KeyboardInteractive() {
	decider := hooks.Decider{
		Verifier:    fixedToken("1234567"),
		Directory:   hooks.Users{"alice": {AuthyID: "1001"}},
		TokenDigits: 7,
	}
	for i, answers := range [][]hooks.Secret{nil, {hooks.NewSecret("OK")}, {hooks.NewSecret("1234567")}} {
		answer, err := decider.KeyboardInteractive(context.Background(), hooks.KeyboardInteractiveRequest{
			Username: "alice",
			Step:     i + 1,
			Answers:  answers,
		})
		fmt.Printf("%s %v\n", answer.JSON(), err)
	}
	// Output:
	// {"instruction":"","questions":["Password: "],"echos":[false],"check_password":1,"auth_result":0} <nil>
	// {"instruction":"","questions":["Authy token: "],"echos":[false],"check_password":0,"auth_result":0} <nil>
	// {"auth_result":1} <nil>
}

// The program that SFTPGo starts is one line around Run.
func ExampleProgram_Run() {
	environ := []string{"SFTPGO_AUTHD_USERNAME=alice", "SFTPGO_AUTHD_PASSWORD=secret", "AUTHY_API_KEY=0123456789abcdef"}
	code := hooks.Checkpwd().Run(context.Background(), nil, environ, os.Stdin, os.Stdout, new(strings.Builder))
	fmt.Println("exit code", code)
	// Output:
	// {"status":0}
	// exit code 2
}

// With both parts replaced, nothing of Authy is left to be set.
func ExampleProgram_With() {
	hook := hooks.Extauth().With(fixedToken("1234567"), hooks.Users{"alice": {AuthyID: "1"}})
	environ := []string{"SFTPGO_AUTHD_USERNAME=alice", "SFTPGO_AUTHD_PASSWORD=1234567", `SFTPGO_AUTHD_USER={"username":"alice"}`}
	code := hook.Run(context.Background(), nil, environ, os.Stdin, os.Stdout, new(strings.Builder))
	fmt.Println("exit code", code)
	// Output:
	// {"username":"alice"}
	// exit code 0
}

// Tokens without Authy: those of any authenticator.
func ExampleTOTP() {
	directory, err := os.MkdirTemp("", "state-")
	if err != nil {
		return
	}
	defer os.RemoveAll(directory)
	secrets, err := hooks.ParseTOTPSecrets("totp.csv", []byte("1,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n"))
	if err != nil {
		return
	}
	totp, err := hooks.NewTOTP(secrets, hooks.TOTPRules{
		StateDir: directory, Window: hooks.DefaultTOTPWindow, Attempts: hooks.DefaultTOTPAttempts, LockFor: hooks.DefaultTOTPLockFor,
		Now: func() time.Time { return time.Unix(59, 0) }, // a test's clock
	})
	if err != nil {
		return
	}
	token, _ := hooks.ParseToken("287082", hooks.DefaultTOTPDigits)
	fmt.Println(totp.Verify(context.Background(), "1", token))
	fmt.Println(totp.Verify(context.Background(), "1", token))
	// Output:
	// <nil>
	// token was used before, or a newer one was
}

// An own service over HTTP is a Handler around a Decider. SFTPGo's
// check_password_hook would be http://127.0.0.1:2885/checkpwd.
func ExampleNewHandler() {
	handler := hooks.NewHandler(hooks.Decider{
		Verifier:    fixedToken("1234567"),
		Directory:   hooks.Users{"alice": {AuthyID: "1001"}},
		TokenDigits: 7,
	}, hooks.HandlerOptions{Stderr: io.Discard})
	// http.ListenAndServe("127.0.0.1:2885", handler) would serve it.
	for _, password := range []string{"secret1234567", "secret7654321"} {
		request := httptest.NewRequest(http.MethodPost, hooks.CheckpwdPath, strings.NewReader(`{"username":"alice","password":"`+password+`"}`))
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		fmt.Println(answer.Code, answer.Body)
	}
	// Output:
	// 200 {"status":2,"to_verify":"secret"}
	// 403 {"status":0}
}

func ExampleAuthyClient() {
	base, err := url.Parse("https://api.authy.com")
	if err != nil {
		return
	}
	client := hooks.NewAuthyClient(base, hooks.NewSecret("0123456789abcdef"), nil)
	token, err := hooks.ParseToken("12345", hooks.DefaultTokenDigits)
	if err == nil {
		err = client.Verify(context.Background(), "1001", token)
	}
	fmt.Println(errors.Is(err, hooks.ErrTokenFormat), err)
	// Output: true not a token of the expected number of digits
}

func ExampleToken() {
	token, err := hooks.ParseToken("1234567", 7)
	fmt.Println(token, err)
	// Output: [redacted] <nil>
}

func ExampleParseUsers() {
	users, err := hooks.ParseUsers("users.csv", []byte("# sftpgo user, authy id\nalice,1001\nbob,  1002\n"))
	fmt.Println(users["alice"].AuthyID, users["bob"].AuthyID, err)
	_, err = hooks.ParseUsers("users.csv", []byte("alice,1001\nbob\n"))
	fmt.Println(err)
	// Output:
	// 1001 1002 <nil>
	// users.csv:2: expected two columns or more, "sftpgo user,authy id,option...", found 1
}

func ExampleAdditionalInfo() {
	for _, info := range []string{`{"authy_id":"1001"}`, "desk 4b, authy_id=1001", "desk 4b", "authy_id=1 authy_id=2"} {
		found, err := hooks.AdditionalInfo{}.Find(context.Background(), hooks.Account{Username: "alice", AdditionalInfo: info})
		fmt.Printf("%q %v\n", found.AuthyID, err)
	}
	// Output:
	// "1001" <nil>
	// "1001" <nil>
	// "" no Authy ID is known for this user
	// "" additional_info must be one JSON object with at most one authy_id, or text with at most one word authy_id=DIGITS; there may be authy_digits, authy_no_token, authy_no_token_from
}
