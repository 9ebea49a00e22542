package main

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// sources of the programs that the hooks are measured beside.
//
//go:embed programs
var sources embed.FS

// what is measured with one token.
type what struct {
	name string
	once func(ctx context.Context, p stack.Person, token string) error
}

// measurePrograms runs the programs, without SFTPGo: a login each time.
func (b *benchmark) measurePrograms(ctx context.Context, w io.Writer) error {
	dir, err := os.MkdirTemp("", "bench-login-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	all, err := b.programs(ctx, dir)
	if err != nil {
		return err
	}
	took := make([][]time.Duration, len(all))
	for run := range b.runs {
		for n := range all {
			i := (n + run) % len(all)
			d, err := b.time(ctx, all[i])
			if err != nil {
				return fmt.Errorf("%s: %w", all[i].name, err)
			}
			took[i] = append(took[i], d)
		}
	}
	fmt.Fprintf(w, "A program, from its start to its end, without SFTPGo; %d runs of each. The ratios are to a program\n"+
		"that makes one HTTP request and does nothing else, and to the sum of one that does nothing at all and\n"+
		"of a request of a program that runs already.\n\n", b.runs)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  \tmedian\t99 of 100\tratio to program with one request\tto the sum\t")
	sum := percentile(took[0], 50) + percentile(took[1], 50)
	program := percentile(took[2], 50)
	for i, one := range all {
		fmt.Fprintf(table, "  %s\t%s\t%s\t", one.name, round(percentile(took[i], 50)), round(percentile(took[i], 99)))
		if i > 1 {
			median := float64(percentile(took[i], 50))
			fmt.Fprintf(table, "%.2f\t%.2f", median/float64(program), median/float64(sum))
		} else {
			fmt.Fprint(table, "\t")
		}
		fmt.Fprintln(table, "\t")
	}
	fmt.Fprintln(table)
	return table.Flush()
}

// time lets it be done with the next token of somebody.
func (b *benchmark) time(ctx context.Context, one what) (time.Duration, error) {
	tokens, err := b.tokens(ctx, b.people[:1])
	if err != nil {
		return 0, err
	}
	start := time.Now()
	err = one.once(ctx, b.people[0], tokens[0])
	return time.Since(start), err
}

// programs are the two that the others are measured beside, and these.
func (b *benchmark) programs(ctx context.Context, dir string) ([]what, error) {
	for _, name := range []string{"empty", "request"} {
		if err := build(ctx, dir, name); err != nil {
			return nil, err
		}
	}
	env, err := b.hookEnvironment(dir)
	if err != nil {
		return nil, err
	}
	return []what{
		{"empty program", func(ctx context.Context, _ stack.Person, _ string) error {
			return exec.CommandContext(ctx, filepath.Join(dir, "empty")).Run()
		}},
		{"one request of a running program", b.request},
		{"program with one request", func(ctx context.Context, p stack.Person, token string) error {
			return exec.CommandContext(ctx, filepath.Join(dir, "request"), b.verifyURL(p, token), stack.APIKey).Run()
		}},
		{"checkpwd", func(ctx context.Context, p stack.Person, token string) error {
			return b.hook(ctx, "checkpwd", slices.Concat(env, []string{"SFTPGO_AUTHD_USERNAME=" + p.Username, "SFTPGO_AUTHD_PASSWORD=" + p.Password + token}))
		}},
		{"extauth", func(ctx context.Context, p stack.Person, token string) error {
			user, err := json.Marshal(map[string]any{"username": p.Username, "status": 1})
			if err != nil {
				return err
			}
			return b.hook(ctx, "extauth", slices.Concat(env, []string{
				"SFTPGO_AUTHD_USERNAME=" + p.Username, "SFTPGO_AUTHD_PASSWORD=" + token, "SFTPGO_AUTHD_USER=" + string(user),
			}))
		}},
		{"keyint", func(ctx context.Context, p stack.Person, token string) error {
			return b.dialogue(ctx, slices.Concat(env, []string{"SFTPGO_AUTHD_USERNAME=" + p.Username}), "OK", token)
		}},
	}, nil
}

// build makes a static program from its source, as the hooks are made.
func build(ctx context.Context, dir, name string) error {
	source, err := sources.ReadFile("programs/" + name + ".go.txt")
	if err != nil {
		return err
	}
	file := filepath.Join(dir, name+".go")
	if err := os.WriteFile(file, source, 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(dir, name), file)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", name, err, output)
	}
	return nil
}

// hookEnvironment is what SFTPGo would give to a hook of this machine.
func (b *benchmark) hookEnvironment(dir string) ([]string, error) {
	key, users := filepath.Join(dir, "authy.key"), filepath.Join(dir, "users.csv")
	p := b.people[0]
	line := p.Username + "," + strconv.FormatInt(p.AuthyID, 10) + "\n"
	for name, content := range map[string]string{key: stack.APIKey + "\n", users: line} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			return nil, err
		}
	}
	return []string{
		"AUTHY_API_URL=" + b.stack.MockURL, "AUTHY_ALLOW_PLAIN_HTTP=true", "AUTHY_API_KEY_FILE=" + key, "AUTHY_USERS_FILE=" + users,
		"SFTPGO_AUTHD_IP=127.0.0.1", "SFTPGO_AUTHD_PROTOCOL=SSH",
	}, nil
}

func (b *benchmark) verifyURL(p stack.Person, token string) string {
	return fmt.Sprintf("%s/protected/json/verify/%s/%d?force=true", b.stack.MockURL, token, p.AuthyID)
}

// request is one on a connection of its own, as a hook makes it.
func (b *benchmark) request(ctx context.Context, p stack.Person, token string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.verifyURL(p, token), http.NoBody)
	if err != nil {
		return err
	}
	r.Header.Set("X-Authy-API-Key", stack.APIKey)
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the mock answers %s", answer.Status)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}
