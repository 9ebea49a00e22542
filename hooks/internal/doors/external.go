package doors

import "fmt"

func externalAuthScope(site Site) []Finding {
	s := &site.Settings
	if !s.uses(extauth) {
		return nil
	}
	const remedy = "SFTPGO_DATA_PROVIDER__EXTERNAL_AUTH_SCOPE=5"
	written := s.number("DATA_PROVIDER__EXTERNAL_AUTH_SCOPE", 0)
	switch scope := s.authScope(); {
	case scope&authPassword == 0:
		return []Finding{{
			Problem, "extauth", "passwords are not in external_auth_scope",
			"the hook is not asked when a password is typed, and the stored password lets in", remedy,
		}}
	case scope&authKeyboard == 0 && s.sshAllows("KEYBOARD_INTERACTIVE"):
		return []Finding{{
			Problem, "extauth", fmt.Sprintf("external_auth_scope %d leaves out keyboard-interactive", written),
			"SFTPGo stores the last token as the password, and its own keyboard-interactive accepts it again without asking the hook", remedy,
		}}
	case scope&(authPublicKey|authCertificate) != 0:
		return []Finding{{
			Warning, "extauth", fmt.Sprintf("external_auth_scope %d asks the hook for public keys or TLS certificates too", written),
			"they carry no token, so that the hook denies them; SFTPGo also takes every wrong scope for 0, which is all", remedy,
		}}
	}
	return nil
}

func passwordStrength(site Site) []Finding {
	s := &site.Settings
	if !s.uses(extauth) || s.number("DATA_PROVIDER__PASSWORD_VALIDATION__USERS__MIN_ENTROPY", 0) == 0 {
		return nil
	}
	return []Finding{{
		Problem, "extauth", "a strength of passwords is asked for",
		"SFTPGo stores the token as the password, a few digits are too weak for it, and nobody gets in",
		"SFTPGO_DATA_PROVIDER__PASSWORD_VALIDATION__USERS__MIN_ENTROPY=0",
	}}
}

// webdavCache is about the users that WebDAV remembers with the typed password.
// With external authentication the hook is asked all the same.
func webdavCache(site Site) []Finding {
	s := &site.Settings
	if !s.webdav() || !s.checks(checkWebDAV) || s.number("WEBDAVD__CACHE__USERS__EXPIRATION_TIME", 0) > 0 {
		return nil
	}
	return []Finding{{
		Problem, "WebDAV", "the cache of users never expires",
		"the same password and token go on working without a question, and a newer token is refused",
		"SFTPGO_WEBDAVD__CACHE__USERS__EXPIRATION_TIME=5 (minutes), or leave WebDAV out",
	}}
}
