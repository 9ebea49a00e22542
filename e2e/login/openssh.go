package login

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/terminal"
)

// OpenSSH is a client of OpenSSH, which is what most users of SFTPGo have.
type OpenSSH string

// The clients.
const (
	// OpenSSHSFTP uploads a file, lists it, reads it back and removes it, by commands
	// that are typed.
	OpenSSHSFTP OpenSSH = "sftp"
	// OpenSSHSCP uploads a file by the protocol of old, not by SFTP.
	OpenSSHSCP OpenSSH = "scp"
	// OpenSSHCommand runs a command that SFTPGo has by itself.
	OpenSSHCommand OpenSSH = "ssh"
)

// Credentials are what a user of OpenSSH has.
type Credentials struct {
	// Methods of SSH to try, such as "publickey,keyboard-interactive"; "" leaves them
	// to OpenSSH.
	Methods string
	// Answers by a word of the question, in small letters; "password" is also that of
	// the method password.
	Answers map[string]string
	// Key in PEM; nil is none.
	Key []byte
}

// openSSHFrom is a release with all that is used here: scp -O came shortly before.
const openSSHFrom = 9

var openSSHVersion = regexp.MustCompile(`OpenSSH_(\d+)\.`)

// MissingOpenSSH is why OpenSSH cannot be used on this machine; "" is that it can.
func MissingOpenSSH(ctx context.Context) string {
	if runtime.GOOS == "windows" {
		return "OpenSSH asks at a terminal, and none can be opened on Windows"
	}
	for _, client := range []OpenSSH{OpenSSHSFTP, OpenSSHSCP, OpenSSHCommand} {
		if _, err := exec.LookPath(string(client)); err != nil {
			return fmt.Sprintf("OpenSSH's %s is not installed", client)
		}
	}
	said, err := exec.CommandContext(ctx, "ssh", "-V").CombinedOutput()
	version := openSSHVersion.FindSubmatch(said)
	if err != nil || version == nil {
		return fmt.Sprintf("ssh -V says no version of OpenSSH: %s", said)
	}
	if major, err := strconv.Atoi(string(version[1])); err != nil || major < openSSHFrom {
		return fmt.Sprintf("OpenSSH %d or later is needed, this is %s", openSSHFrom, bytes.TrimSpace(said))
	}
	return ""
}

// LogIn logs in at a terminal, as a user does who waits for each question and types the
// answer, and does something real. The host key of the server is wanted. What the user
// has seen is returned whatever comes of it.
func (o OpenSSH) LogIn(ctx context.Context, server Server, username string, c Credentials) (screen Screen, err error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	dir, err := os.MkdirTemp("", "sftpgo-authy-openssh-")
	if err != nil {
		return Screen{}, fmt.Errorf("%s: %w", o, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	d := desk{dir: dir, server: server, username: username}
	options, err := d.options(c)
	if err != nil {
		return Screen{}, fmt.Errorf("%s: %w", o, err)
	}
	arguments, err := d.task(o)
	if err != nil {
		return Screen{}, fmt.Errorf("%s: %w", o, err)
	}
	cmd := exec.CommandContext(ctx, string(o), append(options, arguments...)...)
	cmd.Dir = dir
	// sftp reads at home how lines are edited, and for a dumb terminal it does not
	// decorate them.
	cmd.Env = append(os.Environ(), "HOME="+dir, "TERM=dumb", "LC_ALL=C", "SSH_ASKPASS_REQUIRE=never")
	user := person{answers: c.Answers, commands: sftpSession()}
	shown, err := terminal.Run(cmd, user.answer)
	screen = user.screen(shown)
	switch {
	case ctx.Err() != nil:
		return screen, fmt.Errorf("%s: no answer within %s; the terminal shows %q", o, within, screen.Shown)
	case err != nil && refusal.MatchString(screen.Shown):
		return screen, ErrRefused
	case err != nil:
		return screen, fmt.Errorf("%s: %w; the terminal shows %q", o, err, screen.Shown)
	case !d.done(o, screen.Shown):
		return screen, fmt.Errorf("%s has not done what it was told; the terminal shows %q", o, screen.Shown)
	}
	return screen, nil
}

// refusal is what OpenSSH says of a login that was refused.
var refusal = regexp.MustCompile(`(?m)^\S+: Permission denied \(.*\)\.$|Too many authentication failures`)

// Screen is what a user of OpenSSH has seen at the terminal.
type Screen struct {
	// Shown is all of it, without carriage returns, and without the answers: where one
	// was to be read, it says so.
	Shown string
	// Questions are those that the user has answered, as they were shown.
	Questions []string
	// Revealed are those of them whose answer stands on the screen, for all to read.
	Revealed []string
}

// person is a user of OpenSSH at a terminal.
type person struct {
	answers map[string]string
	// commands are still to be typed to sftp.
	commands []string
	// questions that were answered, and what was typed then.
	questions, typed []string
}

// sftpPrompt is where sftp waits for a command.
const sftpPrompt = "sftp> "

// answer is what the person types.
func (p *person) answer(shown string) (string, error) {
	question := shown[strings.LastIndex(shown, "\n")+1:]
	if question == sftpPrompt && len(p.commands) > 0 {
		command := p.commands[0]
		p.commands = p.commands[1:]
		return command, nil
	}
	for word, answer := range p.answers {
		if strings.Contains(strings.ToLower(question), word) {
			p.questions, p.typed = append(p.questions, question), append(p.typed, answer)
			return answer, nil
		}
	}
	return "", fmt.Errorf("there is no answer to %q", question)
}

// screen is what the person has seen.
func (p *person) screen(shown string) Screen {
	screen := Screen{Shown: shown, Questions: p.questions}
	for i, answer := range p.typed {
		if answer != "" && strings.Contains(shown, answer) {
			screen.Revealed = append(screen.Revealed, p.questions[i])
			screen.Shown = strings.ReplaceAll(screen.Shown, answer, "[what was typed]")
		}
	}
	return screen
}

// desk is a folder with what a client of OpenSSH needs.
type desk struct {
	dir      string
	server   Server
	username string
}

func (d desk) path(name string) string { return filepath.Join(d.dir, name) }

// options are those that the clients share; nothing of this machine's user is used.
func (d desk) options(c Credentials) ([]string, error) {
	host, port, err := net.SplitHostPort(d.server.Address)
	if err != nil {
		return nil, err
	}
	if d.server.HostKey == nil {
		return nil, errors.New("want the host key of the server")
	}
	files := map[string]string{
		"known_hosts": "[" + host + "]:" + port + " " + string(ssh.MarshalAuthorizedKey(d.server.HostKey)),
		"key":         string(c.Key),
	}
	for name, content := range files {
		if err := os.WriteFile(d.path(name), []byte(content), 0o600); err != nil {
			return nil, err
		}
	}
	// OpenSSH from 10.1 on warns of servers of old, and those before do not know that.
	options := []string{"-F", "none", "-o", "IgnoreUnknown=WarnWeakCrypto", "-o", "WarnWeakCrypto=no"}
	for name, value := range map[string]string{
		"Port": port, "User": d.username, "UserKnownHostsFile": d.path("known_hosts"), "GlobalKnownHostsFile": "none",
		"StrictHostKeyChecking": "yes", "NumberOfPasswordPrompts": "1", "IdentitiesOnly": "yes", "IdentityAgent": "none",
	} {
		options = append(options, "-o", name+"="+value)
	}
	if c.Methods != "" {
		options = append(options, "-o", "PreferredAuthentications="+c.Methods)
	}
	key := "none"
	if c.Key != nil {
		key = d.path("key")
	}
	return append(options, "-o", "IdentityFile="+key), nil
}

const (
	uploaded = "report.txt"
	back     = "back.txt"
)

// sftpSession is what the person types to sftp.
func sftpSession() []string {
	return []string{"put " + uploaded, "ls -1", "get " + uploaded + " " + back, "rm " + uploaded, "ls -1", "bye"}
}

// content of the file that is uploaded.
func (d desk) content() string { return "written by " + d.username + "\n" }

// task is what the client is to do, by its arguments.
func (d desk) task(o OpenSSH) (arguments []string, err error) {
	if err := os.WriteFile(d.path(uploaded), []byte(d.content()), 0o600); err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(d.server.Address) // it was split before
	switch o {
	case OpenSSHSFTP:
		return []string{host}, nil
	case OpenSSHSCP:
		return []string{"-O", uploaded, host + ":" + uploaded}, nil
	default:
		return []string{host, "pwd"}, nil
	}
}

// done tells whether a client that has ended well has done its task. Of commands that
// were typed, sftp's exit code says nothing.
func (d desk) done(o OpenSSH, shown string) bool {
	switch o {
	case OpenSSHSFTP:
		got, err := os.ReadFile(d.path(back))
		listed := strings.Count(shown, "\n"+uploaded+"\n") // and not once it was removed
		return err == nil && string(got) == d.content() && listed == 1
	case OpenSSHCommand:
		return strings.HasSuffix("\n"+shown, "\n/\n")
	default:
		return true
	}
}
