package hooks_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/hooks"
)

// TestHandlerReplicas lets a login hop from one process to another at every step.
func TestHandlerReplicas(t *testing.T) {
	t.Parallel()
	office := func(d *hooks.Decider, _ *hooks.HandlerOptions) {
		d.Directory = hooks.Users{
			"alice": {AuthyID: aliceID},
			"carol": {AuthyID: "1003", NoTokenFrom: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}},
		}
	}
	verifier := onlyCanary()
	replicas := []*front{newFront(verifier, office), newFront(verifier, office)}
	for i, step := range []struct{ body, want string }{
		{keyintBody1, passwordQuestion},
		{keyintBody2, tokenQuestion},
		{keyintBody3, `{"auth_result":1}`},
	} {
		if o := post(replicas[i%2], hooks.KeyintPath, step.body); o.status != 200 || o.body != step.want {
			t.Errorf("step %d: %+v", i+1, o)
		}
	}
	if n := len(verifier.seen()); n != 1 {
		t.Errorf("asked %d times", n)
	}
	// Only the first step tells the address: the log has it under the same
	// request as the end.
	log := replicas[0].log.String() + replicas[1].log.String()
	for _, line := range []string{
		`msg="login begun" hook=keyint user=alice ip=192.0.2.7 request=d4a1`,
		`msg="login accepted" hook=keyint user=alice ip="" request=d4a1`,
	} {
		if !strings.Contains(log, line) {
			t.Errorf("the log lacks %s:\n%s", line, log)
		}
	}
	// An exception by network holds, though the second replica does not know it.
	carol := strings.NewReplacer("alice", "carol", `"Password: "`, `"Password:"`)
	if o := post(replicas[0], hooks.KeyintPath, carol.Replace(keyintBody1)); !strings.Contains(o.body, `"Password:"`) {
		t.Errorf("%+v", o)
	}
	if o := post(replicas[1], hooks.KeyintPath, carol.Replace(keyintBody2)); o.body != `{"auth_result":1}` {
		t.Errorf("%+v", o)
	}
	if observed := replicas[1].observed(); observed[len(observed)-1] != (hooks.Decision{Hook: "keyint", Outcome: hooks.Accepted, Reason: "exception"}) {
		t.Errorf("%v", observed)
	}
}

// TestHandlerDialogue are steps that SFTPGo never takes.
func TestHandlerDialogue(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no step":             strings.Replace(keyintBody3, `"step":3,`, "", 1),
		"step 0":              strings.Replace(keyintBody3, `"step":3`, `"step":0`, 1),
		"step 4":              strings.Replace(keyintBody3, `"step":3`, `"step":4`, 1),
		"negative":            strings.Replace(keyintBody3, `"step":3`, `"step":-3`, 1),
		"token at step 1":     strings.Replace(keyintBody3, `"step":3`, `"step":1`, 1),
		"token at step 2":     strings.Replace(keyintBody3, `"step":3`, `"step":2`, 1),
		"two answers":         strings.Replace(keyintBody3, `["`+canaryToken+`"]`, `["`+canaryToken+`","x"]`, 1),
		"no answer":           strings.Replace(keyintBody3, `["`+canaryToken+`"]`, `[]`, 1),
		"answers left out":    strings.Replace(keyintBody3, `"answers":["`+canaryToken+`"],`, ``, 1),
		"password not OK":     strings.Replace(keyintBody2, `"OK"`, `"ok"`, 1),
		"answer with newline": strings.Replace(keyintBody3, canaryToken, canaryToken+`\n`, 1),
	} {
		f := newFront(accepting())
		mustDenyHTTP(t, "keyint", post(f, hooks.KeyintPath, body), http.StatusForbidden)
		if n := len(f.verifier.seen()); n != 0 {
			t.Errorf("%s: asked %d times", name, n)
		}
	}
}
