package main

import (
	"errors"
	"log"
	"strings"
	"sync"
	"time"
)

// usersMistakes are about who logs in, and with what.
func usersMistakes() map[string]func(h *hook) {
	return map[string]func(h *hook){
		"user-names-ignore-case": func(h *hook) {
			h.find = func(username string) string { return h.users[strings.ToLower(username)] }
		},

		"unmapped-need-no-token": func(h *hook) {
			h.verify = func(username, token string) error {
				if h.find(username) == "" {
					return nil
				}
				return h.askAuthy(username, token)
			}
		},

		"token-of-anybody": func(h *hook) {
			h.verify = func(username, token string) error {
				if !h.shaped(token) || h.find(username) == "" {
					return errors.New("no token, or no Authy ID")
				}
				for _, id := range h.users {
					if h.authy.verify(id, token) == nil {
						return nil
					}
				}
				return errors.New("the token is nobody's")
			}
		},

		"token-of-any-length": func(h *hook) { h.shaped = onlyDigits },

		"token-cut-to-its-length": func(h *hook) {
			h.verify = func(username, token string) error { return h.askAuthy(username, token[:min(len(token), digits)]) }
		},

		"good-token-remembered": func(h *hook) {
			var one sync.Mutex
			until := map[string]time.Time{}
			h.verify = func(username, token string) error {
				one.Lock()
				defer one.Unlock()
				if time.Now().Before(until[username+":"+token]) {
					return nil
				}
				err := h.askAuthy(username, token)
				if err == nil {
					until[username+":"+token] = time.Now().Add(time.Minute)
				}
				return err
			}
		},

		"user-name-logged-as-it-is": func(h *hook) {
			h.refused = func(username string, why error) { log.Printf("user %s: refused: %v", username, why) }
		},

		"environment-logged": func(h *hook) {
			h.refused = func(username string, why error) {
				log.Printf("user %q: refused: %v (key %s, users %v)", username, why, h.authy.key, h.users)
			}
		},
	}
}
