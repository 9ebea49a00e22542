package hooks_test

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

const (
	passwordQuestion = `{"instruction":"","questions":["Password: "],"echos":[false],"check_password":1,"auth_result":0}`
	tokenQuestion    = `{"instruction":"","questions":["Authy token: "],"echos":[false],"check_password":0,"auth_result":0}`
)

func TestKeyboardInteractive(t *testing.T) {
	t.Parallel()
	type secrets = []hooks.Secret
	one := func(text string) secrets { return secrets{hooks.NewSecret(text)} }
	for name, test := range map[string]struct {
		step    int
		answers secrets
		want    string
		denied  bool
	}{
		"first":             {1, nil, passwordQuestion, false},
		"password right":    {2, one("OK"), tokenQuestion, false},
		"token right":       {3, one(canaryToken), `{"auth_result":1}`, false},
		"token wrong":       {3, one("1111111"), `{"auth_result":-1}`, true},
		"step 0":            {0, nil, `{"auth_result":-1}`, true},
		"answers too early": {1, one("OK"), `{"auth_result":-1}`, true},
		"token too early":   {2, one(canaryToken), `{"auth_result":-1}`, true},
		"OK in lower case":  {2, one("ok"), `{"auth_result":-1}`, true},
		"OK and more":       {2, one("OK "), `{"auth_result":-1}`, true},
		"nothing":           {2, one(""), `{"auth_result":-1}`, true},
		"no answers":        {2, nil, `{"auth_result":-1}`, true},
		"two answers":       {2, append(one("OK"), one("OK")...), `{"auth_result":-1}`, true},
		"no token":          {3, nil, `{"auth_result":-1}`, true},
		"two tokens":        {3, append(one(canaryToken), one(canaryToken)...), `{"auth_result":-1}`, true},
		"OK as token":       {3, one("OK"), `{"auth_result":-1}`, true},
		"after the end":     {4, one(canaryToken), `{"auth_result":-1}`, true},
		"negative":          {-3, one(canaryToken), `{"auth_result":-1}`, true},
	} {
		decider := hooks.Decider{Verifier: onlyCanary(), Directory: hooks.Users{"alice": {AuthyID: aliceID}}, TokenDigits: 7}
		answer, err := decider.KeyboardInteractive(t.Context(), hooks.KeyboardInteractiveRequest{Username: "alice", Step: test.step, Answers: test.answers})
		if string(answer.JSON()) != test.want || (err != nil) != test.denied || answer.Accepted() != (test.want == `{"auth_result":1}`) {
			t.Errorf("%s: %s, %v", name, answer.JSON(), err)
		}
	}
	if text := string(hooks.KeyboardInteractiveAnswer{Question: "x", LoggedIn: true}.JSON()); strings.Contains(text, `"auth_result":1`) {
		t.Errorf("a question lets in: %s", text)
	}
}

func TestKeyintDialogue(t *testing.T) {
	t.Parallel()
	environ := append(settings(t, "http://127.0.0.1:1"), loginOf("keyint")...)
	questions := []string{passwordQuestion, tokenQuestion}
	for name, test := range map[string]struct {
		answers []string
		asked   int    // questions that must have been asked
		reason  string // empty: accepted
	}{
		"right":               {[]string{"OK\n", canaryToken + "\n"}, 2, ""},
		"right, from Windows": {[]string{"OK\r\n", canaryToken + "\r\n"}, 2, ""},
		"wrong token":         {[]string{"OK\n", "1111111\n"}, 2, "wrong token"},
		"hangs up at once":    {nil, 1, "the input ended"},
		"hangs up after OK":   {[]string{"OK\n"}, 2, "the input ended"},
		"password unchecked":  {[]string{canaryPassword + "\n"}, 1, "did not confirm the password"},
		"ok":                  {[]string{"ok\n"}, 1, "did not confirm"},
		"empty answer":        {[]string{"\n"}, 1, "did not confirm"},
		"empty token":         {[]string{"OK\n", "\n"}, 2, "not a token"},
		"short token":         {[]string{"OK\n", "735291\n"}, 2, "not a token"},
		"long token":          {[]string{"OK\n", canaryToken + "1\n"}, 2, "not a token"},
		"two line ends":       {[]string{"OK\r\r\n"}, 1, "did not confirm"},
		"token with space":    {[]string{"OK\n", canaryToken + " \n"}, 2, "not a token"},
		"token and NUL":       {[]string{"OK\n", canaryToken + "\x00\n"}, 2, "not a token"},
		"injected OK":         {[]string{"x\nOK\n"}, 1, "more than one line"},
		"injected token":      {[]string{"OK\n" + canaryToken + "\n"}, 1, "more than one line"},
		"injected line":       {[]string{"OK\n", canaryToken + "\n\n"}, 2, "more than one line"},
		"injected byte":       {[]string{"OK\n", canaryToken + "\nx"}, 2, "more than one line"},
		"injected 8 KiB":      {[]string{"OK\n", canaryToken + "\n" + strings.Repeat("x", 8<<10)}, 2, "more than one line"},
		"long answer":         {[]string{strings.Repeat("x", 4<<10) + "\n"}, 1, "longer than 4096 bytes"},
		"very long answer":    {[]string{"OK\n", strings.Repeat("1", 1<<20) + "\n"}, 2, "longer than 4096 bytes"},
		"longest answer":      {[]string{"OK\n", strings.Repeat("1", 4<<10-1) + "\n"}, 2, "not a token"},
	} {
		verifier := onlyCanary()
		c := &client{answers: test.answers}
		p := hooks.Keyint().WithVerifier(verifier)
		o := c.talk(p, environ)
		if test.reason == "" {
			mustAccept(t, p, o)
		} else {
			mustDeny(t, p, o, hooks.ExitDenied, test.reason)
		}
		if got, want := strings.Join(c.asked, "\n"), strings.Join(questions[:test.asked], "\n"); got != want {
			t.Errorf("asked\n%s\nwant\n%s", got, want)
		}
		want := 0
		if test.reason == "" || test.reason == "wrong token" {
			want = 1
		}
		if n := len(verifier.seen()); n != want {
			t.Errorf("%d tokens checked, want %d", n, want)
		}
		if o.took > 5*time.Second {
			t.Errorf("took %v", o.took)
		}
		if t.Failed() {
			t.Fatalf("case %q", name)
		}
	}
}

// TestKeyintTellsNobodyApart holds that the dialogue is the same for a user
// without an Authy ID.
func TestKeyintTellsNobodyApart(t *testing.T) {
	t.Parallel()
	var dialogues []string
	for _, user := range []string{"alice", "nobody", "ALICE", ""} {
		verifier := refusing()
		p := hooks.Keyint().WithVerifier(verifier)
		environ := append(settings(t, "http://127.0.0.1:1"), "SFTPGO_AUTHD_USERNAME="+user, "SFTPGO_AUTHD_IP=192.0.2.7", "SFTPGO_AUTHD_PASSWORD="+canaryHash)
		o := (&client{answers: []string{"OK\n", canaryToken + "\n"}}).talk(p, environ)
		mustDeny(t, p, o, hooks.ExitDenied, "")
		dialogues = append(dialogues, o.stdout)
		if want := map[bool]int{true: 1, false: 0}[user == "alice"]; len(verifier.seen()) != want {
			t.Errorf("%q: asked %q", user, verifier.seen())
		}
	}
	for _, dialogue := range dialogues {
		if dialogue != dialogues[0] {
			t.Errorf("%q differs from %q", dialogue, dialogues[0])
		}
	}
}

// TestKeyintSilence holds that a client which says nothing is denied in time.
func TestKeyintSilence(t *testing.T) {
	t.Parallel()
	for _, answers := range [][]string{nil, {"OK\n"}, {"OK\n", "735"}} {
		const deadline = 150 * time.Millisecond
		p := hooks.Keyint().WithVerifier(accepting())
		environ := append(settings(t, "http://127.0.0.1:1", "AUTHY_DEADLINE=150ms"), loginOf("keyint")...)
		o := (&client{answers: answers, silent: true}).talk(p, environ)
		mustDeny(t, p, o, hooks.ExitDenied, "the deadline passed")
		if o.took < deadline || o.took > deadline+2*time.Second {
			t.Errorf("took %v with a deadline of %v", o.took, deadline)
		}
	}
}

// TestKeyintSaysNothingAfterTheResult answers too late: the denial is the last
// line, whatever comes afterwards.
func TestKeyintSaysNothingAfterTheResult(t *testing.T) {
	t.Parallel()
	stdin, toStdin := io.Pipe()
	over := make(chan struct{})
	late := make(chan string, 1)
	stdout := writerFunc(func(line []byte) (int, error) {
		select {
		case <-over:
			late <- string(line)
		default:
		}
		return len(line), nil
	})
	environ := append(settings(t, "http://127.0.0.1:1", "AUTHY_DEADLINE=100ms"), loginOf("keyint")...)
	if code := hooks.Keyint().WithVerifier(accepting()).Run(t.Context(), nil, environ, stdin, stdout, io.Discard); code != hooks.ExitDenied {
		t.Errorf("exit code %d", code)
	}
	close(over)
	_, _ = io.WriteString(toStdin, "OK\n")
	toStdin.Close()
	select {
	case line := <-late:
		t.Errorf("after the result came %q", line)
	case <-time.After(50 * time.Millisecond):
	}
}

// TestKeyintLogsFirst holds that the log is written when SFTPGo reads the result
// and kills the program.
func TestKeyintLogsFirst(t *testing.T) {
	t.Parallel()
	environ := append(settings(t, "http://127.0.0.1:1"), loginOf("keyint")...)
	for _, verifier := range []*fakeVerifier{accepting(), refusing()} {
		var stderr lockedBuffer
		logged := "nothing"
		stdout := writerFunc(func(line []byte) (int, error) {
			if isResult(string(line)) {
				logged = stderr.String()
			}
			return len(line), nil
		})
		answers := &oneByOne{lines: []string{"OK\n", canaryToken + "\n"}}
		hooks.Keyint().WithVerifier(verifier).Run(t.Context(), nil, environ, answers, stdout, &stderr)
		if !strings.Contains(logged, `msg="login `) || logged != stderr.String() {
			t.Errorf("log at the time of the result: %q, in the end: %q", logged, stderr.String())
		}
	}
}

func TestKeyintQuestionNotWritten(t *testing.T) {
	t.Parallel()
	environ := append(settings(t, "http://127.0.0.1:1"), loginOf("keyint")...)
	var stderr lockedBuffer
	code := hooks.Keyint().WithVerifier(accepting()).Run(t.Context(), nil, environ, strings.NewReader("OK\n"), brokenWriter{}, &stderr)
	if code != hooks.ExitDenied || !strings.Contains(stderr.String(), "question could not be written") {
		t.Errorf("%d, %s", code, stderr.String())
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// oneByOne is an input in which no Read gives more than one line.
type oneByOne struct{ lines []string }

func (o *oneByOne) Read(p []byte) (int, error) {
	if len(o.lines) == 0 {
		return 0, io.EOF
	}
	n := copy(p, o.lines[0])
	if o.lines[0] = o.lines[0][n:]; o.lines[0] == "" {
		o.lines = o.lines[1:]
	}
	return n, nil
}

// TestKeyintOverSteps plays the HTTP form of the contract with the same
// decision: nothing is remembered between two steps.
func TestKeyintOverSteps(t *testing.T) {
	t.Parallel()
	answers := [][]hooks.Secret{nil, {hooks.NewSecret("OK")}, {hooks.NewSecret(canaryToken)}}
	var results []int
	for i, given := range answers {
		decider := hooks.Decider{Verifier: onlyCanary(), Directory: hooks.Users{"alice": {AuthyID: aliceID}}, TokenDigits: 7}
		answer, err := decider.KeyboardInteractive(context.Background(), hooks.KeyboardInteractiveRequest{Username: "alice", Step: i + 1, Answers: given})
		if err != nil {
			t.Fatal(err)
		}
		var response struct {
			AuthResult int `json:"auth_result"`
		}
		if err := json.Unmarshal(answer.JSON(), &response); err != nil {
			t.Fatal(err)
		}
		results = append(results, response.AuthResult)
	}
	if results[0] != 0 || results[1] != 0 || results[2] != 1 {
		t.Errorf("results %v", results)
	}
}
