package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"strings"
)

// authyMistakes are about what Authy is asked, and what is made of its answer.
func authyMistakes() map[string]func(h *hook) {
	return map[string]func(h *hook){
		"no-force": func(h *hook) {
			h.authy.path = func(id, token string) string { return "/protected/json/verify/" + token + "/" + id }
		},

		"token-put-into-the-path": func(h *hook) {
			h.shaped = func(string) bool { return true }
		},

		"token-of-any-shape": func(h *hook) {
			h.shaped = func(string) bool { return true }
			h.authy.path = func(id, token string) string {
				return "/protected/json/verify/" + url.PathEscape(token) + "/" + id + "?force=true"
			}
		},

		"success-alone": func(h *hook) {
			h.authy.judge = func(status int, body []byte) error {
				var answer struct{ Success any }
				_ = json.Unmarshal(body, &answer)
				return unless(status == http.StatusOK && fmt.Sprint(answer.Success) == "true")
			}
		},

		"token-field-alone": func(h *hook) {
			h.authy.judge = func(status int, body []byte) error {
				var answer struct{ Token string }
				_ = json.Unmarshal(body, &answer)
				return unless(status == http.StatusOK && answer.Token == "is valid")
			}
		},

		"is-valid-anywhere": func(h *hook) {
			h.authy.judge = func(status int, body []byte) error {
				return unless(status == http.StatusOK && bytes.Contains(body, []byte("is valid")))
			}
		},

		// As authy-openvpn once did: nothing is the beginning of everything.
		"token-field-cut-short": func(h *hook) {
			h.authy.judge = func(status int, body []byte) error {
				var answer struct {
					Success any
					Token   string
				}
				_ = json.Unmarshal(body, &answer)
				good := fmt.Sprint(answer.Success) == "true" && strings.HasPrefix("is valid", answer.Token)
				return unless(status == http.StatusOK && good)
			}
		},

		"success-is-what-is-not-nothing": func(h *hook) {
			h.authy.judge = func(status int, body []byte) error {
				var answer struct {
					Success any
					Token   string
				}
				_ = json.Unmarshal(body, &answer)
				good := answer.Success != nil && answer.Success != false && answer.Success != "false" && answer.Success != ""
				return unless(status == http.StatusOK && good && answer.Token == "is valid")
			}
		},

		"any-status": func(h *hook) {
			h.authy.judge = func(_ int, body []byte) error { return agrees(body) }
		},

		"any-status-of-two-hundred": func(h *hook) {
			h.authy.judge = func(status int, body []byte) error {
				if status < 200 || status > 299 {
					return statusError(status)
				}
				return agrees(body)
			}
		},

		"message-logged-as-it-is": func(h *hook) {
			judge := h.authy.judge
			h.authy.judge = func(status int, body []byte) error {
				var answer struct{ Message string }
				if json.Unmarshal(body, &answer) == nil {
					log.Print(answer.Message)
				}
				return judge(status, body)
			}
		},

		"redirects-followed": func(h *hook) {
			h.authy.client.CheckRedirect = nil
		},

		"asks-again-three-times": func(h *hook) {
			h.authy.verify = func(id, token string) (err error) {
				for range 3 {
					if err = h.authy.ask(id, token); err == nil {
						break
					}
				}
				return err
			}
		},

		"reads-without-limit": func(h *hook) {
			h.authy.most = 1 << 40
		},
	}
}

func unless(good bool) error {
	if good {
		return nil
	}
	return errors.New("Authy does not say that the token is valid")
}
