package main

import (
	"errors"
	"io"
	"log"
	"net"
	"net/http"
)

// outageMistakes are about Authy being slow, broken or away.
func outageMistakes() map[string]func(h *hook) {
	return map[string]func(h *hook){
		"no-deadline": func(h *hook) {
			h.authy.client.Timeout = 0
		},

		// http.Get and io.ReadAll, as in examples.
		"neither-deadline-nor-limit": func(h *hook) {
			h.authy.client.Timeout = 0
			h.authy.most = 1 << 40
		},

		// Which ends when the answer begins.
		"deadline-for-the-header-alone": func(h *hook) {
			h.authy.client.Transport = &http.Transport{
				DisableKeepAlives: true, ResponseHeaderTimeout: h.authy.client.Timeout,
			}
			h.authy.client.Timeout = 0
		},

		"lets-in-when-nobody-answers": func(h *hook) {
			h.authy.verify = func(id, token string) error {
				err := h.authy.ask(id, token)
				var dial *net.OpError
				if errors.As(err, &dial) && dial.Op == "dial" {
					return nil
				}
				return err
			}
		},

		"lets-in-when-Authy-is-slow": func(h *hook) {
			h.authy.verify = func(id, token string) error {
				err := h.authy.ask(id, token)
				var late net.Error
				if errors.As(err, &late) && late.Timeout() {
					return nil
				}
				return err
			}
		},

		"lets-in-when-the-answer-breaks-off": func(h *hook) {
			h.authy.verify = func(id, token string) error {
				err := h.authy.ask(id, token)
				if errors.Is(err, io.ErrUnexpectedEOF) {
					return nil
				}
				return err
			}
		},

		"lets-in-on-a-server-error": func(h *hook) {
			h.authy.verify = func(id, token string) error {
				err := h.authy.ask(id, token)
				var status statusError
				if errors.As(err, &status) && status >= 500 {
					return nil
				}
				return err
			}
		},

		"lets-in-when-asked-too-often": func(h *hook) {
			h.authy.verify = func(id, token string) error {
				err := h.authy.ask(id, token)
				if errors.Is(err, statusError(http.StatusTooManyRequests)) {
					return nil
				}
				return err
			}
		},

		// The URL is in it, and the token in the URL.
		"error-logged-with-the-token": func(h *hook) {
			h.authy.verify = func(id, token string) error {
				err := h.authy.ask(id, token)
				var none unreachable
				if errors.As(err, &none) {
					log.Print(none.cause)
				}
				return err
			}
		},
	}
}
