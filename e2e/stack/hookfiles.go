package stack

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// hookSetup is how a hook is set up, as a program or in hookd.
type hookSetup struct {
	deadline   string
	denyAfter  string
	totp       bool
	asksSFTPGo bool
	logFile    string
	// beside the server with this hook, on its loopback; "" is in the network.
	beside Hook
}

// hook is how the hook of a server is set up.
func (setup Setup) hook() hookSetup {
	h := hookSetup{
		deadline: setup.Deadline, denyAfter: setup.DenyAfter, totp: setup.TOTP, asksSFTPGo: setup.AsksSFTPGo,
	}
	if setup.logsKeyint() {
		h.logFile = keyintLog
	}
	if setup.OnLoopback {
		h.beside = setup.Hook
	}
	return h
}

// keyintLog is where the program keyint logs in SFTPGo's container. SFTPGo throws
// away what it writes to standard error.
const keyintLog = "/var/lib/sftpgo/keyint.log"

// logsKeyint tells whether there is that log.
func (setup Setup) logsKeyint() bool {
	return !setup.OverHTTP && !setup.Stub && slices.Contains(setup.Hook.programs(), "keyint")
}

// host is the name of hookd of that setup. Those of two setups differ.
func (h hookSetup) host() string {
	name := hookdHost
	if h.deadline != "" {
		name += "-" + h.deadline
	}
	if h.denyAfter != "" {
		name += "-deny-" + h.denyAfter
	}
	if h.totp {
		name += "-totp"
	}
	return name
}

// files are the settings of a hook, and the files that they name. Those that are
// read are in the folder, the state is elsewhere.
func (h hookSetup) files(folder, state string) []build.File {
	files := []build.File{
		{Path: folder + "/authy.conf", Content: []byte(h.config(folder, state)), Mode: 0o440},
		{Path: folder + "/authy-users.csv", Content: usersFile(), Mode: 0o440},
	}
	if h.totp {
		return append(files,
			build.File{Path: folder + "/authy-totp.csv", Content: totpFile(), Mode: 0o400},
			build.File{Path: state + "/", Mode: 0o700},
		)
	}
	return append(files, build.File{Path: folder + "/authy.key", Content: []byte(APIKey + "\n"), Mode: 0o400})
}

// config is the configuration file.
func (h hookSetup) config(folder, state string) string {
	var b strings.Builder
	if h.asksSFTPGo {
		b.WriteString(asksSFTPGo)
	} else {
		fmt.Fprintf(&b, "AUTHY_USERS_FILE=%s/authy-users.csv\n", folder)
	}
	if h.totp {
		fmt.Fprintf(&b, "AUTHY_TOTP_FILE=%s/authy-totp.csv\nAUTHY_STATE_DIR=%s\n", folder, state)
	} else {
		fmt.Fprintf(&b, "AUTHY_API_KEY_FILE=%s/authy.key\nAUTHY_API_URL=http://%s:2884\nAUTHY_ALLOW_PLAIN_HTTP=true\n", folder, mockHost)
	}
	if h.deadline != "" {
		fmt.Fprintf(&b, "AUTHY_DEADLINE=%s\n", h.deadline)
	}
	if h.denyAfter != "" {
		fmt.Fprintf(&b, "AUTHY_DENY_AFTER=%s\n", h.denyAfter)
	}
	if h.logFile != "" {
		fmt.Fprintf(&b, "AUTHY_LOG_FILE=%s\n", h.logFile)
	}
	return b.String()
}

// totpFile is what the hooks read to check tokens without Authy: the secrets that
// Authy has too.
func totpFile() []byte {
	var b strings.Builder
	b.WriteString("# Authy ID, secret\n")
	for n := int64(0); n <= crowd; n++ {
		fmt.Fprintf(&b, "%d,%s\n", authyID(n), totpSecret(username(n)))
	}
	return []byte(b.String())
}
