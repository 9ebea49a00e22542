package hooks

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"
)

// Exit codes of the hook programs. SFTPGo looks at those of external
// authentication and check password, and rejects the login if it is not 0.
const (
	// ExitAccepted is the exit code after an accepted login, -help or -check.
	ExitAccepted = 0
	// ExitDenied is the exit code after a denied login.
	ExitDenied = 1
	// ExitConfig is the exit code for a wrong configuration or wrong arguments.
	// A login is denied then, too.
	ExitConfig = 2
)

// patience is how long a log or an answer may take to be written, after the
// decision, before the program goes on without it.
const patience = 2 * time.Second

// Program is one of the three hook programs. Get one from [Checkpwd], [Extauth]
// or [Keyint] and Run it.
type Program struct {
	name     string
	purpose  string
	deadline time.Duration // default of AUTHY_DEADLINE
	// needsSource says that SFTPGo does not hand over the user, so that Authy IDs
	// have to come from somewhere else.
	needsSource bool
	more        []Variable // besides those that all programs have

	denial    answer
	verifier  func(Config) Verifier
	directory func(Config) Directory
	decide    func(context.Context, Decider, session) (answer, error)
	replaced  []part // see With
}

// answer is the answer of a decision. Its zero value denies.
type answer interface {
	Accepted() bool
	JSON() []byte
	// exception says why no token was asked for; "" is that one was.
	exception() string
}

// session is what the operating system and SFTPGo give to a program for a login.
type session struct {
	env    map[string]string
	stdin  io.Reader
	stdout io.Writer
}

// usernameVariable is set by SFTPGo for each login, and by nobody else.
const usernameVariable = "SFTPGO_AUTHD_USERNAME"

var (
	errArguments = errors.New("arguments are refused in a login: remove args from command.commands of SFTPGo")
	errPanic     = errors.New("internal error, the decision did not end")
	errNoAnswer  = errors.New("internal error, no decision was taken")
)

// Run runs the program like a process with these arguments (without the
// program's name), environment ([os.Environ]) and standard files, and returns its
// exit code. A login ends with exactly one result on stdout and one line in the
// log; a second line tells if the result or the log file cannot be written.
//
// Run fails closed: with anything but a proven token stdout gets the denial of
// the hook and the exit code is not 0, no later than AUTHY_DEADLINE after the
// call, whatever blocks or panics. Only writing log and answer can add to that,
// up to 2 seconds each, if they block.
func (p Program) Run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	start := time.Now()
	defer func() {
		if recover() != nil {
			code = ExitDenied
		}
	}()
	s := session{env: parseEnviron(environ), stdin: stdin, stdout: stdout}
	if _, ok := s.env[usernameVariable]; !ok {
		return p.runByHand(args, environ, stdout, stderr)
	}
	log := logger{hook: p.name, login: s.login(), logFile: s.env[logFileVariable], stderr: stderr}
	v := p.judge(ctx, start, args, environ, s)
	if v.logFile != "" {
		log.logFile = v.logFile
	}
	// Log first: SFTPGo kills a keyboard-interactive program as soon as it has
	// read the result.
	log.write(v.level(), v.message(), v.reason())
	if err := patiently(func() error { return writeLine(stdout, v.answer) }); err != nil {
		log.write(slog.LevelError, "answer not written", "")
		return ExitDenied
	}
	return v.code
}

// login returns who is logging in.
func (s session) login() login {
	return login{username: s.env[usernameVariable], ip: s.env["SFTPGO_AUTHD_IP"], protocol: s.env["SFTPGO_AUTHD_PROTOCOL"]}
}

// judge decides the login, in the time that it may take.
func (p Program) judge(ctx context.Context, start time.Time, args, environ []string, s session) verdict {
	if len(args) > 0 {
		return p.denied(ExitConfig, errArguments, "")
	}
	loading, cancel := context.WithDeadline(ctx, start.Add(p.loadDeadline(s.env)))
	defer cancel()
	config, err := within(loading, func() (Config, error) { return p.Config(environ) })
	switch {
	case errors.Is(err, ErrTimeout), errors.Is(err, context.Canceled), errors.Is(err, errPanic):
		return p.denied(ExitDenied, err, config.LogFile)
	case err != nil:
		return p.denied(ExitConfig, err, config.LogFile)
	}
	deciding, cancel := context.WithDeadline(ctx, start.Add(config.Deadline))
	defer cancel()
	result, err := within(deciding, func() (answer, error) {
		return p.decide(deciding, p.decider(config), s)
	})
	switch {
	case err != nil:
		return p.denied(ExitDenied, err, config.LogFile)
	case result == nil || !result.Accepted():
		return p.denied(ExitDenied, errNoAnswer, config.LogFile)
	}
	return verdict{answer: result, code: ExitAccepted, logFile: config.LogFile}
}

// decider puts the parts of the program together.
func (p Program) decider(c Config) Decider {
	directory := p.directory(c)
	if c.TOTP != nil {
		directory = c.TOTP.Directory(directory)
	}
	return Decider{Verifier: p.verifier(c), Directory: directory, TokenDigits: c.TokenDigits, DenyAfter: c.DenyAfter}
}

// loadDeadline is the time limit while the configuration, which may hold
// another one, is being read.
func (p Program) loadDeadline(env map[string]string) time.Duration {
	if deadline, err := parseDeadline(env[deadlineVariable]); err == nil {
		return deadline
	}
	return p.deadline
}

// verdict is the end of a login.
type verdict struct {
	answer  answer
	code    int
	err     error // why the login is denied; nil if it is accepted
	logFile string
}

func (p Program) denied(code int, err error, logFile string) verdict {
	return verdict{answer: p.denial, code: code, err: err, logFile: logFile}
}

func (v verdict) level() slog.Level {
	switch v.code {
	case ExitAccepted:
		return slog.LevelInfo
	case ExitDenied:
		return slog.LevelWarn
	default:
		return slog.LevelError
	}
}

func (v verdict) message() string {
	if v.code == ExitAccepted {
		return "login accepted"
	}
	return "login denied"
}

func (v verdict) reason() string {
	switch {
	case v.err == nil:
		return v.answer.exception()
	case v.code == ExitConfig:
		return "configuration: " + v.err.Error()
	default:
		return v.err.Error()
	}
}

// within runs f and returns what it returns, or an error as soon as ctx ends; f
// is then left behind, as nothing can stop a read that blocks. A panic in f is an
// error. Its value is dropped, for it may hold a secret.
func within[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		r := result{err: errPanic} // also if f ends this goroutine
		defer func() {
			_ = recover()
			done <- r
		}()
		value, err := f()
		r = result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, contextError(ctx)
	}
}

// patiently runs a write that has to be done even after the deadline.
func patiently(write func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := within(ctx, func() (struct{}, error) { return struct{}{}, write() })
	return err
}

// writeLine writes the answer and a line end in a single Write, so that nobody
// ever reads half of it from a pipe.
func writeLine(out io.Writer, a answer) error {
	line := append(a.JSON(), '\n')
	n, err := out.Write(line)
	if err == nil && n < len(line) {
		err = io.ErrShortWrite
	}
	return err
}
