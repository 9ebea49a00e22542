package rules

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// right is Authy's answer to a right token.
const right = `{"message":"Token is valid.","token":"is valid","success":"true"}`

// addAuthySteps adds what is said of Authy.
func addAuthySteps(s *Sentences) {
	tooLong := 1000 // bytes, of less than a hundred
	s.given(`^Authy is down$`, authyDown)
	for sentence, fault := range map[string]control.Fault{
		"hangs up":                             {Name: "hang-up"},
		"resets the connection":                {Name: "reset"},
		"never answers":                        {Name: "silence"},
		"begins an answer, and no more":        {Name: "stall"},
		"answers a byte a second":              {Name: "drip"},
		"answers without end":                  {Name: "endless"},
		"breaks its answer off":                {Name: "cut-off"},
		"breaks a chunk of its answer off":     {Name: "cut-chunk"},
		"answers with bytes that are no HTTP":  {Name: "garbage"},
		"announces a length that is too short": {Name: "wrong-length"},
		"announces a length that is too long":  {Name: "wrong-length", Length: &tooLong},
		"says success and means failure":       {Name: "contradict"},
	} {
		s.given(`^Authy `+sentence+`$`, func(ctx context.Context) error { return of(ctx).fault(ctx, fault) })
	}
	s.given(`^Authy takes (\d+) milliseconds to answer$`, func(ctx context.Context, ms int) error {
		return of(ctx).fault(ctx, control.Fault{Name: "delay", Delay: strconv.Itoa(ms) + "ms"})
	})
	s.given(`^Authy answers (\d+) with '(.*)'$`, func(ctx context.Context, status int, body string) error {
		return of(ctx).fault(ctx, control.Fault{Name: "answer", Status: status, Body: body})
	})
	s.given(`^Authy answers every token with the status (\d+) and the words of success$`, func(ctx context.Context, status int) error {
		return of(ctx).fault(ctx, control.Fault{Name: "answer", Status: status, Body: right})
	})
	s.given(`^Authy sends its answer as (\S+)$`, func(ctx context.Context, contentType string) error {
		return of(ctx).fault(ctx, control.Fault{Name: "answer", ContentType: contentType, Body: right})
	})
	s.given(`^Authy answers with (\d+) MiB of JSON that says success$`, largeAnswer)
	s.given(`^Authy redirects with the status (\d+) to (?:a page that says success|another address)$`, redirects)
	s.given(`^Authy is well again$`, heals)

	s.then(`^Authy was asked once about (\S+)$`, func(ctx context.Context, name string) error {
		return of(ctx).wasAsked(ctx, name, 1)
	})
	s.then(`^Authy was not asked about (\S+)$`, func(ctx context.Context, name string) error {
		return of(ctx).wasAsked(ctx, name, 0)
	})
}

func authyDown(ctx context.Context) error { return of(ctx).site.AuthyDown(ctx) }

// fault lets Authy misbehave towards the users of the scenario, and towards
// nobody else: other scenarios may run at the same time.
func (w *world) fault(ctx context.Context, f control.Fault) error {
	for _, p := range w.people {
		if p.AuthyID == 0 {
			continue
		}
		f.AuthyID = p.AuthyID
		if _, err := w.site.Authy().AddFault(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

func heals(ctx context.Context) error {
	w := of(ctx)
	for _, p := range w.people {
		if p.AuthyID == 0 {
			continue
		}
		if err := w.site.Authy().Heal(ctx, p.AuthyID); err != nil {
			return err
		}
	}
	return nil
}

// largeAnswer is right, if one reads it to its end.
func largeAnswer(ctx context.Context, size int) error {
	padding := strings.Repeat(" ", size<<20)
	return of(ctx).fault(ctx, control.Fault{Name: "answer", Body: "{" + padding + right[1:]})
}

// redirects sends the hook to where the request names the user again, so that it
// is seen if it goes there.
func redirects(ctx context.Context, status int) error {
	w := of(ctx)
	for _, p := range w.people {
		f := control.Fault{
			Name: "answer", Status: status, AuthyID: p.AuthyID, Times: 1, Body: right,
			Headers: map[string]string{"Location": fmt.Sprintf("/protected/json/app/details?user=%d", p.AuthyID)},
		}
		if _, err := w.site.Authy().AddFault(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// wasAsked holds the number of requests that named the user, wherever in the
// request that was, against what the scenario says.
func (w *world) wasAsked(ctx context.Context, name string, times int) error {
	p, err := w.person(name)
	if err != nil {
		return err
	}
	requests, err := w.site.Requests(ctx, p.AuthyID)
	if err != nil {
		return err
	}
	if len(requests) == times {
		return nil
	}
	targets := make([]string, 0, len(requests))
	for _, r := range requests {
		targets = append(targets, r.Method+" "+r.Target)
	}
	return failf("Authy was to be asked %s about %s, and was asked %s: %s", inWords(times), name, inWords(len(requests)), strings.Join(targets, ", "))
}

func inWords(times int) string {
	switch times {
	case 0:
		return "never"
	case 1:
		return "once"
	default:
		return strconv.Itoa(times) + " times"
	}
}
