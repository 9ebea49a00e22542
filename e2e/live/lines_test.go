package live

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/jsonlog"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
)

// The lines are those of SFTPGo 2.7.5, shortened.
func TestAbout(t *testing.T) {
	t.Parallel()
	hook := driver.Hook{URL: "https://127.0.0.1:9000/checkpwd"}
	var lines []sftpgo.Line
	for _, text := range []string{
		`{"level":"debug","sender":"httpd","uri":"http://127.0.0.1:8080/api/v2/users/user1","resp_status":200}`,
		`{"level":"debug","sender":"sftpd","connection_id":"abc","message":"a client comes"}`,
		`{"level":"warn","sender":"check_password_hook","message":"level=INFO msg=\"login accepted\" user=user1"}`,
		`{"level":"debug","sender":"dataprovider_memory","message":"partial success for user \"user1\", ip ::1"}`,
		`{"level":"debug","sender":"dataprovider_memory","message":"partial success for user \"user10\", ip ::1"}`,
		`{"level":"info","sender":"login","username":"user1","protocol":"SSH","connection_id":"abc","info":"algorithms"}`,
		`{"level":"info","sender":"Upload","username":"user1","connection_id":"SFTP_abc_1"}`,
		`{"level":"info","sender":"login","username":"other.user1","connection_id":"def"}`,
		`{"level":"info","sender":"login","username":"a+b","connection_id":""}`,
		`{"level":"debug","sender":"dataprovider_memory","message":"error executing check password hook for user \"user2\": tls: failed to verify certificate: x509: certificate signed by unknown authority"}`,
	} {
		lines = append(lines, sftpgo.Line{Text: text, Record: jsonlog.Parse(text)})
	}
	for _, test := range []struct {
		names map[string]bool
		want  []string
	}{
		{nil, nil},
		{map[string]bool{"user1": true}, []string{
			"SFTPGo sftpd: a client comes",
			`hook writes to standard error: level=INFO msg="login accepted" user=user1`,
			`SFTPGo dataprovider_memory: partial success for user "user1", ip ::1`,
			"SFTPGo login: username=user1 protocol=SSH",
		}},
		{map[string]bool{"user10": true, "a+b": true}, []string{
			`SFTPGo dataprovider_memory: partial success for user "user10", ip ::1`,
			"SFTPGo login: username=a+b",
		}},
		{map[string]bool{"user2": true}, []string{
			`SFTPGo dataprovider_memory: error executing check password hook for user "user2": tls: failed to verify certificate: x509: certificate signed by unknown authority` +
				" (SFTPGo does not trust the hook's certificate: --cacert names its authority, as http.ca_certificates does)",
		}},
	} {
		var got []string
		for _, line := range about(test.names, lines) {
			event := eventOf(hook, line)
			got = append(got, fmt.Sprintf("%s %s", event.Who, event.What))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%v: -want +got\n%s", test.names, diff)
		}
	}
}

// The lines are those of SFTPGo 2.7.5 and 2.6.6, shortened.
func TestLetIn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text, want string
		in         bool
	}{
		{`{"sender":"login","username":"user1","protocol":"SSH","connection_id":"abc"}`, "user1", true},
		{`{"sender":"SSH","connection_id":"abc","message":"User \"user1\" logged in with \"password\", from ip \"::1\""}`, "user1", true},
		{`{"sender":"SSH","message":"User \"a\\\" logged in with \\\"b\" logged in with \"password\""}`, `a" logged in with "b`, true},
		{`{"sender":"SSH","message":"User \"\\u00fc\\n\" logged in with \"password\""}`, "ü\n", true},
		{`{"sender":"SSH","message":"User \"user1\" was refused"}`, "", false},
		{`{"sender":"SSH","message":"User user1 logged in with \"password\""}`, "", false},
		{`{"sender":"SSH","message":"could not accept a channel: User \"user1\" logged in with \"password\""}`, "", false},
		{`{"sender":"check_password_hook","message":"User \"user1\" logged in with \"password\""}`, "", false},
	} {
		name, in := letIn(sftpgo.Line{Text: test.text, Record: jsonlog.Parse(test.text)})
		if name != test.want || in != test.in {
			t.Errorf("%s: %q, %t; want %q, %t", test.text, name, in, test.want, test.in)
		}
	}
}
