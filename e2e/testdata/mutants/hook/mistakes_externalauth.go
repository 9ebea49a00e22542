package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"strings"
)

func externalAuthMistakes() map[string]func(h *hook) {
	return map[string]func(h *hook){
		// Nothing said is "let in" to SFTPGo.
		"error-swallowed": func(h *hook) {
			h.externalAuth = func(r request) reply {
				if err := h.tokenOf(r); err != nil {
					log.Print(err)
					return reply{"", 0}
				}
				return reply{string(r.User), 0}
			}
		},

		"panic-swallowed": func(h *hook) {
			h.authy.judge = func(status int, body []byte) error {
				if status != 200 {
					return statusError(status)
				}
				var answer map[string]any
				_ = json.Unmarshal(body, &answer)
				return unless(answer["success"].(string) == "true" && answer["token"].(string) == "is valid")
			}
			h.afterPanic = func(reply) reply { return reply{"", 0} }
		},

		"user-from-scratch": func(h *hook) {
			h.externalAuth = func(r request) reply {
				err := h.tokenOf(r)
				r.User = json.RawMessage(fmt.Sprintf(
					`{"username":%q,"status":1,"home_dir":"/srv/sftpgo/data/%s","permissions":{"/":["*"]}}`, r.Username, r.Username))
				return h.userOf(r, err)
			}
		},

		"permissions-widened": func(h *hook) {
			changed(h, func(user map[string]any) { user["permissions"] = map[string]any{"/": []string{"*"}} })
		},

		"home-moved": func(h *hook) {
			changed(h, func(user map[string]any) { user["home_dir"] = "/tmp" })
		},

		"filters-forgotten": func(h *hook) {
			changed(h, func(user map[string]any) { delete(user, "filters") })
		},

		"disabled-let-in": func(h *hook) {
			h.externalAuth = func(r request) reply {
				var user map[string]any
				if json.Unmarshal(r.User, &user) == nil && user["username"] == r.Username {
					user["status"] = 1
					r.User, _ = json.Marshal(user)
				}
				return h.tokenOnly(r)
			}
		},

		// Who may be somebody else.
		"name-in-lower-case": func(h *hook) {
			h.find = func(username string) string { return h.users[strings.ToLower(username)] }
			changed(h, func(user map[string]any) { user["username"] = strings.ToLower(user["username"].(string)) })
		},

		"users-created": func(h *hook) {
			h.externalAuth = func(r request) reply {
				if len(r.User) > 0 {
					return h.tokenOnly(r)
				}
				r.User = json.RawMessage(fmt.Sprintf(`{"username":%q,"status":1,"permissions":{"/":["*"]}}`, r.Username))
				return h.userOf(r, h.verify(r.Username, r.Password))
			}
		},

		// SFTPGo asks for the password then, thought its author. It has the last token
		// stored.
		"keyboard-let-through": func(h *hook) {
			h.externalAuth = func(r request) reply {
				if r.KeyboardInteractive != "" {
					return h.userOf(r, nil)
				}
				return h.tokenOnly(r)
			}
		},

		"SSH-alone-guarded": func(h *hook) {
			h.externalAuth = func(r request) reply {
				if r.Protocol != "SSH" {
					return h.userOf(r, nil)
				}
				return h.tokenOnly(r)
			}
		},

		"web-client-let-through": func(h *hook) {
			h.externalAuth = func(r request) reply {
				if r.Protocol == "HTTP" {
					return h.userOf(r, nil)
				}
				return h.tokenOnly(r)
			}
		},

		"refusal-names-the-user": func(h *hook) {
			h.externalAuth = func(r request) reply {
				said := h.tokenOnly(r)
				if said.code != 0 {
					return reply{fmt.Sprintf(`{"username":%q,"error":"wrong token","status":1,"permissions":{"/":["*"]}}`, r.Username), 0}
				}
				return said
			}
		},
	}
}

// changed lets the right token in, with a change to the user.
func changed(h *hook, change func(user map[string]any)) {
	h.externalAuth = func(r request) reply {
		err := h.tokenOf(r)
		var user map[string]any
		if json.Unmarshal(r.User, &user) != nil {
			return h.userOf(r, errors.Join(err, errors.New("SFTPGo does not know the user")))
		}
		change(user)
		r.User, _ = json.Marshal(user)
		return h.userOf(r, err)
	}
}
