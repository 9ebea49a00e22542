package steps

import (
	"context"
	"fmt"
	"strings"

	"github.com/cucumber/godog"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// attachLogs keeps with a failed scenario what SFTPGo and the mock have logged,
// and prints what concerns its users.
func (w *world) attachLogs(ctx context.Context) context.Context {
	names := make([]string, 0, len(w.people))
	for name, p := range w.people {
		names = append(names, p.Username)
		godog.Logf(ctx, "%s is %s on SFTPGo, with the Authy ID %d", name, p.Username, p.AuthyID)
	}
	if server, err := w.stack.Server(ctx, w.setup); server != nil && len(names) > 0 {
		if err != nil {
			names = nil // the server did not start: all its lines matter
		}
		lines := server.LogLines(names...)
		godog.Logf(ctx, "SFTPGo logged:\n%s", strings.Join(lines, "\n"))
		ctx = attach(ctx, "sftpgo.log", strings.Join(server.LogLines(), "\n"))
	}
	if w.setup.OverHTTP {
		logs, err := w.stack.HookdLogs(ctx)
		if err != nil {
			logs = []string{err.Error()}
		}
		for i, log := range logs {
			ctx = attach(ctx, fmt.Sprintf("hookd-%d.log", i+1), log)
		}
	}
	var asked strings.Builder
	for _, p := range w.people {
		if p.AuthyID == 0 {
			continue
		}
		requests, err := w.stack.Mock.Requests(ctx, control.Filter{AuthyID: p.AuthyID})
		if err != nil {
			fmt.Fprintf(&asked, "%v\n", err)
		}
		for _, r := range requests {
			fmt.Fprintf(&asked, "%s %s %s -> %d %s %s %s\n", r.Time.Format("15:04:05.000"), r.Method, r.Target, r.Status, r.Outcome, r.Fault, r.Why)
		}
	}
	godog.Logf(ctx, "the mock was asked:\n%s", asked.String())
	logs, err := w.stack.MockLogs(ctx)
	if err != nil {
		logs = err.Error()
	}
	return attach(ctx, "mockauthy.log", logs)
}

func attach(ctx context.Context, name, text string) context.Context {
	return godog.Attach(ctx, godog.Attachment{Body: []byte(text), FileName: name, MediaType: "text/plain"})
}
