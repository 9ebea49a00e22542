package doors

import (
	"fmt"
	"strconv"
	"strings"
)

// Bits of data_provider.check_password_scope (isCheckPasswordHookDefined); 0 is
// all of them and HTTP.
const (
	checkSSH    = 1
	checkFTP    = 2
	checkWebDAV = 4
)

// Bits of data_provider.external_auth_scope; 0 is all.
const (
	authPassword    = 1
	authPublicKey   = 2
	authKeyboard    = 4
	authCertificate = 8
	authAll         = authPassword | authPublicKey | authKeyboard | authCertificate
)

// Bits of httpd.bindings.disabled_login_methods.
const (
	formWebClient = 8
	basicUserREST = 32
	webLogins     = 15 // those that enabled_login_methods knows
)

// authScope is the scope that SFTPGo goes by: it takes a wrong one for 0
// (isExternalAuthScopeValid), and 0 for all.
func (s *Settings) authScope() int {
	scope := s.number("DATA_PROVIDER__EXTERNAL_AUTH_SCOPE", 0)
	if scope <= 0 || scope > authAll {
		return authAll
	}
	return scope
}

// asksForPassword reports whether external authentication is asked when a
// password is typed, over any protocol.
func (s *Settings) asksForPassword() bool {
	return s.uses(extauth) && s.authScope()&authPassword != 0
}

func (s *Settings) checks(bit int) bool {
	scope := s.number("DATA_PROVIDER__CHECK_PASSWORD_SCOPE", 0)
	return s.uses(checkpwd) && (scope == 0 || scope&bit != 0)
}

// listens reports whether a server has a port. SFTPGo's defaults are port for
// the first binding and none for the others.
func (s *Settings) listens(server string, port int) bool {
	for _, i := range s.indices(server + "__BINDINGS") {
		byDefault := 0
		if i == 0 {
			byDefault = port
		}
		if s.number(fmt.Sprintf("%s__BINDINGS__%d__PORT", server, i), byDefault) > 0 {
			return true
		}
	}
	return false
}

func (s *Settings) ssh() bool    { return s.listens("SFTPD", 2022) }
func (s *Settings) ftp() bool    { return s.listens("FTPD", 0) }
func (s *Settings) webdav() bool { return s.listens("WEBDAVD", 0) }

func (s *Settings) sshAllows(method string) bool {
	return s.ssh() && s.boolean("SFTPD__"+method+"_AUTHENTICATION", true)
}

// webBinding is what one binding of the web server lets users do.
type webBinding struct {
	name string
	// disabled are the login methods that are (convertLoginMethods).
	disabled int
	// client says that they may type a password into the web client, rest that
	// they may send one to the REST API.
	client, rest bool
}

// webBindings are those that listen.
func (s *Settings) webBindings() []webBinding {
	var list []webBinding
	for _, i := range s.indices("HTTPD__BINDINGS") {
		b := webBinding{name: fmt.Sprintf("HTTPD__BINDINGS__%d__", i)}
		byDefault := 0
		if i == 0 {
			byDefault = 8080
		}
		if s.number(b.name+"PORT", byDefault) <= 0 && !strings.HasPrefix(s.text(b.name+"ADDRESS"), "/") {
			continue
		}
		b.disabled = s.number(b.name+"DISABLED_LOGIN_METHODS", 0)
		// The older setting, which says the opposite, counts without the newer one.
		if old := s.number(b.name+"ENABLED_LOGIN_METHODS", 0); b.disabled == 0 && old != 0 {
			b.disabled = ^old & webLogins
		}
		b.client = b.disabled&formWebClient == 0 && s.boolean(b.name+"ENABLE_WEB_CLIENT", true)
		b.rest = b.disabled&basicUserREST == 0 && s.boolean(b.name+"ENABLE_REST_API", true)
		list = append(list, b)
	}
	return list
}

func severalHooks(site Site) []Finding {
	s := &site.Settings
	if len(s.Hooks()) < 2 {
		return nil
	}
	if s.uses(keyint) && s.checks(checkSSH) {
		return []Finding{{
			Level: Problem, Subject: "hooks", What: "keyint and checkpwd are both asked in an SSH login",
			Why:    "SFTPGo sends the answer to keyint's password question to checkpwd, which wants a token in it, and keyint then asks for another one",
			Remedy: "unset one of the two, or SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_SCOPE=6 (FTP and WebDAV)",
		}}
	}
	return []Finding{{
		Level: Warning, Subject: "hooks", What: "more than one hook is set: " + strings.Join(s.Hooks(), ", "),
		Why:    "a token works once, and a login that passes two hooks would need two; the scenarios of this project run with one",
		Remedy: "set one of the three",
	}}
}

func keyboardOff(site Site) []Finding {
	s := &site.Settings
	if !s.uses(keyint) || s.sshAllows("KEYBOARD_INTERACTIVE") {
		return nil
	}
	return []Finding{{
		Level: Problem, Subject: "keyint", What: "keyboard-interactive is off, or SSH is",
		Why:    "the hook is never asked",
		Remedy: "SFTPGO_SFTPD__KEYBOARD_INTERACTIVE_AUTHENTICATION=true",
	}}
}

func sshPassword(site Site) []Finding {
	s := &site.Settings
	if !s.uses(keyint) || !s.sshAllows("PASSWORD") || s.checks(checkSSH) || s.asksForPassword() {
		return nil
	}
	return []Finding{{
		Level: Problem, Subject: "SSH", What: `the method "password" lets in without a token`,
		Why:    "keyint is asked for keyboard-interactive only, and a client may choose the method",
		Remedy: `SFTPGO_SFTPD__PASSWORD_AUTHENTICATION=false, or deny "password-over-SSH" to every user or group (filters.denied_login_methods)`,
	}}
}

func publicKeys(site Site) []Finding {
	s := &site.Settings
	if !s.ssh() || s.uses(extauth) && s.authScope()&authPublicKey != 0 {
		return nil
	}
	remedy := `deny "publickey" to the users or their group (filters.denied_login_methods)`
	if s.uses(keyint) {
		remedy += `; with "publickey", "password" and "keyboard-interactive" denied the key and then the token are asked for`
	}
	return []Finding{{
		Level: Warning, Subject: "SSH", What: "public keys let in without a token",
		Why:    "no hook of this project is asked when a user has a key stored in SFTPGo",
		Remedy: remedy,
	}}
}

func otherProtocols(site Site) []Finding {
	s := &site.Settings
	if !s.uses(keyint) || s.asksForPassword() {
		return nil
	}
	const why = "keyint guards SSH only; the password alone lets in here"
	var found []Finding
	if s.ftp() && !s.checks(checkFTP) {
		found = append(found, Finding{Problem, "FTP", "FTP asks for no token", why, "SFTPGO_FTPD__BINDINGS__0__PORT=0, or deny the protocol FTP to the users (filters.denied_protocols)"})
	}
	if s.webdav() && !s.checks(checkWebDAV) {
		found = append(found, Finding{Problem, "WebDAV", "WebDAV asks for no token", why, "SFTPGO_WEBDAVD__BINDINGS__0__PORT=0, or deny the protocol DAV to the users (filters.denied_protocols)"})
	}
	return append(found, web(s, why)...)
}

// web are the doors of the web client and of users at the REST API.
func web(s *Settings, why string) []Finding {
	if s.checks(0) {
		return nil
	}
	const deny = ", or deny the protocol HTTP to the users (filters.denied_protocols)"
	var client, rest []string
	for _, b := range s.webBindings() {
		if b.client {
			// Not formWebClient: without another way to log in to a web client that is
			// enabled the web server does not start (checkLoginMethods).
			client = append(client, prefix+b.name+"ENABLE_WEB_CLIENT=false")
		}
		if b.rest {
			rest = append(rest, prefix+b.name+"DISABLED_LOGIN_METHODS="+strconv.Itoa(b.disabled|basicUserREST))
		}
	}
	var found []Finding
	if client != nil {
		found = append(found, Finding{Problem, "web", "the web client asks for no token", why, strings.Join(client, ", ") + deny})
	}
	if rest != nil {
		found = append(found, Finding{
			Problem, "web", "the REST API's login for users (/api/v2/user/token) asks for no token", why,
			strings.Join(rest, ", ") + " (from SFTPGo 2.7.0 on)" + deny,
		})
	}
	return found
}

func checkPasswordScope(site Site) []Finding {
	s := &site.Settings
	scope := s.number("DATA_PROVIDER__CHECK_PASSWORD_SCOPE", 0)
	if !s.uses(checkpwd) || s.uses(keyint) || s.asksForPassword() || scope == 0 {
		return nil
	}
	const remedy = "SFTPGO_DATA_PROVIDER__CHECK_PASSWORD_SCOPE=0"
	why := fmt.Sprintf("check_password_scope %d leaves it out", scope)
	var found []Finding
	for _, protocol := range []struct {
		name string
		on   bool
		bit  int
	}{
		{"SSH", s.sshAllows("PASSWORD") || s.sshAllows("KEYBOARD_INTERACTIVE"), checkSSH},
		{"FTP", s.ftp(), checkFTP},
		{"WebDAV", s.webdav(), checkWebDAV},
	} {
		if protocol.on && !s.checks(protocol.bit) {
			found = append(found, Finding{Problem, protocol.name, protocol.name + " asks for no token", why, remedy})
		}
	}
	for _, f := range web(s, why+": only 0 covers HTTP") {
		f.Remedy = remedy
		found = append(found, f)
	}
	return found
}
