package contract_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// checkPasswordAnswers are what SFTPGo makes of what the hook says, if it ends
// well. The password is "secret", and something else was typed.
var checkPasswordAnswers = map[string]struct{ said, in string }{
	"-1, as if there were no hook": {`{"status":-1}`, ""},
	"0":                            {`{"status":0}`, ""},
	"1":                            {`{"status":1}`, "alice"},
	"2, another password":          {`{"status":2,"to_verify":"wrong"}`, ""},
	"2, the right one":             {`{"status":2,"to_verify":"secret"}`, "alice"},
	"2, with a blank":              {`{"status":2,"to_verify":"secret "}`, ""},
	"2 alone":                      {`{"status":2}`, ""},
	"3":                            {`{"status":3,"to_verify":"secret"}`, ""},
	"7":                            {`{"status":7,"to_verify":"secret"}`, ""},
	"-2":                           {`{"status":-2,"to_verify":"secret"}`, ""},
	"no status":                    {`{"to_verify":"secret"}`, ""},
	"a status in capitals":         {`{"STATUS":1}`, "alice"},
	"a status that is text":        {`{"status":"1"}`, ""},
	"a status that is broken":      {`{"status":1.5}`, ""},
	"a status that is true":        {`{"status":true}`, ""},
	"null":                         {`null`, ""},
	"a list":                       {`[1]`, ""},
	"a number":                     {`1`, ""},
	"nothing":                      {``, ""},
	"a line end":                   {"\n", ""},
	"garbage":                      {`OK`, ""},
	"with line ends":               {"\n{\"status\":1}\n", "alice"},
	"a word before it":             {"debug\n{\"status\":1}", ""},
	"a word after it":              {"{\"status\":1}\ndone", ""},
	"twice":                        {`{"status":1}{"status":1}`, ""},
}

func TestCheckPasswordProgram(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"0", "1", "2"} {
		all := map[string]string{}
		for name, test := range checkPasswordAnswers {
			all[name] = fmt.Sprintf("printf '%%s' '%s'; exit %s", test.said, code)
		}
		d := start(t, scripts(driver.CheckPassword, "SFTPGO_AUTHD_PASSWORD", all), 0)
		for name, test := range checkPasswordAnswers {
			t.Run(name+", exit "+code, func(t *testing.T) {
				t.Parallel()
				in := test.in
				if code != "0" {
					in = ""
				}
				mustLetIn(t, enter(t, d, alice()), byPassword("alice", name), in)
			})
		}
	}
}

func TestCheckPasswordHTTP(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusOK, http.StatusCreated, http.StatusUnauthorized, http.StatusInternalServerError} {
		all := map[string]response{}
		for name, test := range checkPasswordAnswers {
			all[name] = response{status, test.said}
		}
		d := start(t, responses(t, driver.CheckPassword, "password", all), 0)
		for name, test := range checkPasswordAnswers {
			t.Run(name+", "+http.StatusText(status), func(t *testing.T) {
				in := test.in
				if status != http.StatusOK {
					in = ""
				}
				mustLetIn(t, enter(t, d, alice()), byPassword("alice", name), in)
			})
		}
	}
}

func TestCheckPasswordLength(t *testing.T) {
	t.Parallel()
	const said = `{"status":1}`
	megabyte := strings.Repeat(" ", 1<<20)
	// A program may say as much as it likes, a service a megabyte.
	hook := script(driver.CheckPassword, `head -c 1048576 /dev/zero | tr '\0' ' '; echo '`+said+`'`)
	mustLetIn(t, newSite(t, hook, 0, alice()), byPassword("alice", "x"), "alice")
	site := newSite(t, responses(t, driver.CheckPassword, "password", map[string]response{
		"before": {200, megabyte + said}, "after": {200, said + megabyte},
	}), 0, alice())
	mustLetIn(t, site, byPassword("alice", "before"), "")
	mustLetIn(t, site, byPassword("alice", "after"), "alice")
}

// TestCheckPasswordComparesThePassword: a hook that accepts (1) decides alone; one
// that is not there (-1) lets SFTPGo compare what was typed.
func TestCheckPasswordComparesThePassword(t *testing.T) {
	t.Parallel()
	mustLetIn(t, newSite(t, script(driver.CheckPassword, `echo '{"status":1}'`), 0, alice()), byPassword("alice", "wrong"), "alice")
	site := newSite(t, script(driver.CheckPassword, `echo '{"status":-1}'`), 0, alice())
	mustLetIn(t, site, byPassword("alice", "wrong"), "")
	mustLetIn(t, site, byPassword("alice", "secret"), "alice")
	verify := `printf '{"status":2,"to_verify":"%s"}' "${SFTPGO_AUTHD_PASSWORD%???????}"`
	site = newSite(t, script(driver.CheckPassword, verify), 0, alice())
	mustLetIn(t, site, byPassword("alice", "secret1234567"), "alice")
	mustLetIn(t, site, byPassword("alice", "wrong1234567"), "")
}

// TestCheckPasswordIsNotAsked where SFTPGo knows already.
func TestCheckPasswordIsNotAsked(t *testing.T) {
	t.Parallel()
	disabled, open := alice(), alice()
	disabled.Username, disabled.Status = "disabled", 0
	open.Username, open.Password = "open", ""
	asked := 0
	site := newSite(t, service(t, driver.CheckPassword, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = io.WriteString(w, `{"status":1}`)
	}), 0, alice(), disabled, open)
	for _, login := range []driver.Login{
		byPassword("nobody", "secret"), byPassword("disabled", "secret"), byPassword("open", "secret"),
		byPassword("alice", ""), byPassword("alice", " \t"), byPassword("ALICE", "secret"),
	} {
		mustLetIn(t, site, login, "")
	}
	if asked != 0 {
		t.Errorf("the hook was asked %d times", asked)
	}
}

func TestCheckPasswordRequest(t *testing.T) {
	t.Parallel()
	const want = `{"username":"alice","ip":"127.0.0.1","password":"\u003csecret\u003e","protocol":"FTP"}`
	var asked string
	var header http.Header
	hook := service(t, driver.CheckPassword, func(_ http.ResponseWriter, r *http.Request) {
		asked, header = r.Method+" "+body(r), r.Header
	})
	hook.Header = http.Header{"X-Secret": {"between us"}}
	site := newSite(t, hook, 0, alice())
	mustLetIn(t, site, driver.Login{Username: "alice", Password: "<secret>", Protocol: driver.FTP}, "")
	if asked != "POST "+want || header.Get("X-Secret") != "between us" || header.Get("Content-Type") != "application/json" {
		t.Errorf("asked %s, want %s\n%v", asked, want, header)
	}
}

// TestCheckPasswordByKeyboard: SFTPGo asks itself, and hands the answer on.
func TestCheckPasswordByKeyboard(t *testing.T) {
	t.Parallel()
	site := newSite(t, script(driver.CheckPassword, `[ "$SFTPGO_AUTHD_PASSWORD" = typed ] && echo '{"status":1}'`), 0, alice())
	result := mustLetIn(t, site, driver.Login{Username: "alice", Reply: inTurn("typed")}, "alice")
	if len(result.Questions) != 1 || result.Questions[0] != (driver.Question{Text: "Password: "}) {
		t.Errorf("asked %v", result.Questions)
	}
	mustLetIn(t, site, driver.Login{Username: "alice", Reply: inTurn("something else")}, "")
}
