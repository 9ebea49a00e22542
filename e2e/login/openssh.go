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
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"
)

// OpenSSH is a client of OpenSSH, which is what most users of SFTPGo have.
type OpenSSH string

// The clients.
const (
	// OpenSSHSFTP uploads a file, reads it back and removes it.
	OpenSSHSFTP OpenSSH = "sftp"
	// OpenSSHSCP uploads a file by the protocol of old, not by SFTP.
	OpenSSHSCP OpenSSH = "scp"
	// OpenSSHCommand runs a command that SFTPGo has by itself.
	OpenSSHCommand OpenSSH = "ssh"
)

// Credentials are what a user of OpenSSH has.
type Credentials struct {
	// Methods of SSH to try, such as "publickey,keyboard-interactive".
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

// LogIn logs in and does something real. The host key of the server is wanted.
func (o OpenSSH) LogIn(ctx context.Context, server Server, username string, c Credentials) (err error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	dir, err := os.MkdirTemp("", "sftpgo-authy-openssh-")
	if err != nil {
		return fmt.Errorf("%s: %w", o, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	d := desk{dir: dir, server: server, username: username}
	options, err := d.options(c)
	if err != nil {
		return fmt.Errorf("%s: %w", o, err)
	}
	arguments, script, err := d.task(o)
	if err != nil {
		return fmt.Errorf("%s: %w", o, err)
	}
	cmd := exec.CommandContext(ctx, string(o), append(options, arguments...)...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(script)
	cmd.Env = append(os.Environ(), "SSH_ASKPASS="+d.path("askpass"), "SSH_ASKPASS_REQUIRE=force", "LC_ALL=C")
	output, err := cmd.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s: no answer within %s", o, within)
	case err != nil && bytes.Contains(output, []byte("Permission denied (")), err != nil && bytes.Contains(output, []byte("Too many authentication failures")):
		return ErrRefused
	case err != nil:
		return fmt.Errorf("%s: %w: %s", o, err, bytes.TrimSpace(output))
	}
	return d.done(o, output)
}

// desk is a folder with what a client of OpenSSH needs.
type desk struct {
	dir      string
	server   Server
	username string
}

func (d desk) path(name string) string { return filepath.Join(d.dir, name) }

// askpass answers the question that is its argument, from a file for each word. A
// question that has no answer makes the client give up.
const askpass = `#!/bin/sh
question=$(printf %s "$1" | tr '[:upper:]' '[:lower:]')
for answer in "${0%/*}"/answer-*; do
	case $question in
	*"${answer##*/answer-}"*) exec cat "$answer" ;;
	esac
done
exit 1
`

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
		"askpass":     askpass,
		"key":         string(c.Key),
	}
	for word, answer := range c.Answers {
		files["answer-"+word] = answer + "\n"
	}
	for name, content := range files {
		if err := os.WriteFile(d.path(name), []byte(content), 0o700); err != nil { //nolint:gosec // ssh runs one of them, and nobody else gets into the folder
			return nil, err
		}
	}
	options := []string{"-F", "none"}
	for name, value := range map[string]string{
		"Port": port, "User": d.username, "UserKnownHostsFile": d.path("known_hosts"), "GlobalKnownHostsFile": "none",
		"StrictHostKeyChecking": "yes", "PreferredAuthentications": c.Methods, "NumberOfPasswordPrompts": "1",
		"IdentitiesOnly": "yes", "IdentityAgent": "none", "IdentityFile": d.path("key"),
		"BatchMode": "no", // which sftp would set, as it reads its commands from standard input
	} {
		options = append(options, "-o", name+"="+value)
	}
	return options, nil
}

const (
	uploaded = "report.txt"
	back     = "back.txt"
)

// task is what the client is to do: its arguments, and its standard input.
func (d desk) task(o OpenSSH) (arguments []string, script string, err error) {
	if err := os.WriteFile(d.path(uploaded), []byte("written by "+d.username+"\n"), 0o600); err != nil {
		return nil, "", err
	}
	host, _, _ := net.SplitHostPort(d.server.Address) // it was split before
	switch o {
	case OpenSSHSFTP:
		return []string{"-b", "-", host}, "put " + uploaded + "\nget " + uploaded + " " + back + "\nrm " + uploaded + "\n", nil
	case OpenSSHSCP:
		return []string{"-O", uploaded, host + ":" + uploaded}, "", nil
	default:
		return []string{host, "pwd"}, "", nil
	}
}

// done looks whether it was done.
func (d desk) done(o OpenSSH, output []byte) error {
	switch o {
	case OpenSSHSFTP:
		want, err := os.ReadFile(d.path(uploaded))
		if err != nil {
			return fmt.Errorf("sftp: %w", err)
		}
		if got, err := os.ReadFile(d.path(back)); err != nil || !bytes.Equal(got, want) {
			return fmt.Errorf("sftp: the file came back as %q, %w", got, err)
		}
	case OpenSSHCommand:
		if !bytes.HasPrefix(output, []byte("/")) {
			return fmt.Errorf("ssh: pwd says %q", output)
		}
	case OpenSSHSCP: // it would have failed
	}
	return nil
}
