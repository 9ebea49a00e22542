package main

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

func checkPasswordMistakes() map[string]func(h *hook) {
	return map[string]func(h *hook){
		// 1 is "the password is right" to SFTPGo, which then does not look at it.
		"status-1-for-a-right-token": func(h *hook) {
			h.checkPassword = func(r request) reply {
				said := h.passwordAndToken(r)
				if said.code == 0 {
					return reply{status(1, ""), 0}
				}
				return said
			}
		},

		// -1 is "there is no hook" to SFTPGo.
		"status--1-for-errors": func(h *hook) {
			h.checkPassword = func(r request) reply {
				said := h.passwordAndToken(r)
				if said.code != 0 {
					return reply{status(-1, ""), 0}
				}
				return said
			}
		},

		"status-1-for-errors": func(h *hook) {
			h.checkPassword = func(r request) reply {
				said := h.passwordAndToken(r)
				if said.code != 0 {
					return reply{status(1, ""), 0}
				}
				return said
			}
		},

		"password-trimmed": func(h *hook) {
			verified(h, strings.TrimSpace)
		},

		"password-in-lower-case": func(h *hook) {
			verified(h, strings.ToLower)
		},

		"separator-expected": func(h *hook) {
			verified(h, func(password string) string { return strings.TrimRight(password, ":,; ") })
		},

		// The password may end in digits, too.
		"as-many-digits-as-there-are": func(h *hook) {
			token := regexp.MustCompile(`\d{1,8}$`)
			h.split = func(typed string) (password, code string) {
				code = token.FindString(typed)
				return strings.TrimSuffix(typed, code), code
			}
		},

		"six-digits": func(h *hook) {
			h.split = func(typed string) (password, token string) {
				at := max(0, len(typed)-6)
				return typed[:at], typed[at:]
			}
			h.shaped = func(token string) bool { return len(token) == 6 && onlyDigits(token) }
		},

		// Letters are counted, and bytes are cut.
		"letters-counted": func(h *hook) {
			h.split = func(typed string) (password, token string) {
				at := max(0, utf8.RuneCountInString(typed)-digits)
				return typed[:at], typed[at:]
			}
		},

		"nothing-but-a-password": func(h *hook) {
			h.checkPassword = func(r request) reply {
				if len(r.Password) > digits && !onlyDigits(r.Password[len(r.Password)-digits:]) {
					return reply{status(2, r.Password), 0} // has no token yet
				}
				return h.passwordAndToken(r)
			}
		},

		"token-alone": func(h *hook) {
			h.checkPassword = func(r request) reply {
				password, token := h.split(r.Password)
				err := h.verify(r.Username, token)
				if err == nil && password == "" {
					return reply{status(1, ""), 0}
				}
				return h.statusOf(r, password, err)
			}
		},
	}
}

// verified lets SFTPGo compare something else than what was typed.
func verified(h *hook, change func(password string) string) {
	split := h.split
	h.split = func(typed string) (password, token string) {
		password, token = split(typed)
		return change(password), token
	}
}
