package report_test

import (
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
)

// noon is when the samples began.
var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// sample is a report with a rule of each fate.
func sample() report.Report {
	return report.Report{
		Hook: "check-password hook /opt/otp/check-login --config /etc/otp.toml", Driver: "contract", Suite: "0.4.0",
		Began: noon, Took: 3217 * time.Millisecond,
		Outcomes: []report.Outcome{
			kept("LOGIN", "Who gets in", true, "The right password and the current token let in"),
			foreign(),
			kept("TOKEN-REPLAY", "Who gets in", true, "The same token lets in only once"),
			kept("TOKEN-OLD", "Who gets in", true, "A token of five minutes ago is refused"),
			enumeration(),
			outline(),
			unknown(),
			kept("AUTHY-RECOVERS", "Authy is out of order", true, "As soon as Authy is back, it lets in again"),
			kept("AUTHY-BOOLEAN", "Authy is out of order", false, "success may be a boolean"),
			skipped(),
		},
	}
}

func rule(id, subject string, must bool, title string) rulebook.Rule {
	return rulebook.Rule{
		ID: "CHECKPWD-" + id, Kind: driver.CheckPassword, Must: must, Subject: subject, Title: title,
		Why:      "Whoever gets around it logs in with the password alone, as if there were no second factor at all.",
		Fix:      "deny whatever is not proven.",
		Scenario: "Scenario: " + title + "\n  When the user logs in with the password and the current token\n  Then the user gets in",
		Feature:  "rules/check_password.feature", Line: 12,
	}
}

// at is a moment of a case.
func at(ms float64, who driver.Actor, what string) driver.Event {
	return driver.Event{Time: noon.Add(time.Duration(ms * float64(time.Millisecond))), Who: who, What: what}
}

func kept(id, subject string, must bool, title string) report.Outcome {
	return report.Outcome{
		Rule: rule(id, subject, must, title), Status: report.Passed,
		Cases: []report.Case{{
			Name: title, Status: report.Passed, Took: 31 * time.Millisecond,
			Events: []driver.Event{
				at(0, driver.ByClient, `logs in as "alice" by SSH with the password "«password»«token»"`),
				at(14.2, driver.ByHook, `exits with 0 and says {"status":2,"to_verify":"«password»"}`),
				at(71.05, driver.BySFTPGo, `lets in "alice"`),
			},
		}},
	}
}

func foreign() report.Outcome {
	r := rule("TOKEN-FOREIGN", "Who gets in", true, "The token of another user is refused")
	r.Why = "Who has an Authy app of his own could log in as anybody else."
	r.Fix = "ask Authy about the Authy ID of the user who logs in, not about one that the client can choose."
	return report.Outcome{Rule: r, Status: report.Failed, Cases: []report.Case{{
		Name: r.Title, Status: report.Failed, Took: 83 * time.Millisecond,
		Step: "Then the user is refused", Message: `"alice" got in`,
		Events: []driver.Event{
			at(0, driver.ByClient, `logs in as "alice" by SSH with the password "«password»«token»"`),
			at(0.4, driver.BySFTPGo, "starts the hook with SFTPGO_AUTHD_USERNAME=alice, SFTPGO_AUTHD_PASSWORD=«password»«token», SFTPGO_AUTHD_IP=127.0.0.1, SFTPGO_AUTHD_PROTOCOL=SSH"),
			at(11.3, driver.ByAuthy, "GET /protected/json/verify/«token»/1001?force=true status=200 outcome=\"token is valid\""),
			at(14.2, driver.ByHook, "writes to standard error:\nverified 1001\nwelcome alice"),
			at(14.9, driver.ByHook, `exits with 0 and says {"status":2,"to_verify":"«password»"}`),
			at(82.7, driver.BySFTPGo, `compares the password, lets in "alice"`),
		},
	}}}
}

func enumeration() report.Outcome {
	r := rule("ENUM-TIME", "Who gets in", false, "The time does not tell who exists")
	return report.Outcome{Rule: r, Status: report.Failed, Cases: []report.Case{{
		Name: r.Title, Status: report.Failed, Took: 400 * time.Millisecond,
		Step: "Then the refusals take the same time", Message: "a user who is unknown: 2 ms, a wrong token: 41 ms",
		Events: []driver.Event{at(0, driver.ByClient, `logs in as "nobody" by SSH with the password "wrong"`)},
	}}}
}

func outline() report.Outcome {
	r := rule("AUTHY-RUBBISH", "Authy is out of order", true, "Authy answers 200 with <answer>: nobody gets in")
	r.Fix = `let in only on {"success":"true","token":"is valid"}, compared as a whole.`
	o := report.Outcome{Rule: r, Status: report.Failed}
	for i, answer := range []string{"nothing", `{"token":""}`, "<html>"} {
		c := report.Case{
			Name: "Authy answers 200 with " + answer + ": nobody gets in", Status: report.Failed, Took: 22 * time.Millisecond,
			Step: "Then the user is refused", Message: `"alice" got in`,
			Events: []driver.Event{
				at(0, driver.ByClient, `logs in as "alice" by SSH with the password "«password»«token»"`),
				at(9.1, driver.ByAuthy, "GET /protected/json/verify/«token»/1000?force=true status=200 outcome=fault"),
				at(21.8, driver.ByHook, "exits with 0 and says nothing"),
			},
		}
		if i == 0 {
			c.Status, c.Step, c.Message = report.Passed, "", ""
		}
		o.Cases = append(o.Cases, c)
	}
	return o
}

func unknown() report.Outcome {
	r := rule("AUTHY-DOWN", "Authy is out of order", true, "Authy is down: nobody gets in")
	return report.Outcome{Rule: r, Status: report.Broken, Cases: []report.Case{{
		Name: r.Title, Status: report.Broken, Took: 5 * time.Second,
		Step: "Given Authy is down", Message: "no site: listen tcp 127.0.0.1:0: bind: address already in use",
	}}}
}

func skipped() report.Outcome {
	r := rule("FTP", "Other protocols", true, "FTP is guarded too")
	return report.Outcome{Rule: r, Status: report.Skipped, Cases: []report.Case{{
		Name: r.Title, Status: report.Skipped, Message: "needs real SFTPGo: --sftpgo",
	}}}
}
