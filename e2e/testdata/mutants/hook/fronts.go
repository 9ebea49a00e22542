package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

// request is what SFTPGo tells a hook that is asked once.
type request struct {
	Username            string          `json:"username"`
	Password            string          `json:"password"`
	Protocol            string          `json:"protocol"`
	KeyboardInteractive string          `json:"keyboard_interactive"`
	User                json.RawMessage `json:"user"`
}

// reply is what it says, and how the program ends.
type reply struct {
	output string
	code   int
}

// answer is such a hook as a program.
func (h *hook) answer(decide func(request) reply) int {
	r := h.guarded(decide, request{
		Username:            os.Getenv("SFTPGO_AUTHD_USERNAME"),
		Password:            os.Getenv("SFTPGO_AUTHD_PASSWORD"),
		Protocol:            os.Getenv("SFTPGO_AUTHD_PROTOCOL"),
		KeyboardInteractive: os.Getenv("SFTPGO_AUTHD_KEYBOARD_INTERACTIVE"),
		User:                json.RawMessage(os.Getenv("SFTPGO_AUTHD_USER")),
	})
	fmt.Print(r.output)
	return r.code
}

func (h *hook) guarded(decide func(request) reply, r request) (said reply) {
	defer func() {
		if recover() != nil {
			log.Print("the hook has failed")
			said = h.afterPanic(reply{"{}", 1})
		}
	}()
	return decide(r)
}

// step is what SFTPGo tells a keyboard-interactive hook over HTTP.
type step struct {
	Username string   `json:"username"`
	Step     int      `json:"step"`
	Answers  []string `json:"answers"`
}

// serve is a hook over HTTP.
func (h *hook) serve(kind, address string) error {
	server := http.Server{
		Addr: address, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
			if kind == "keyboard-interactive" {
				var at step
				if err := body.Decode(&at); err != nil {
					w.WriteHeader(http.StatusBadRequest)
					return
				}
				_ = json.NewEncoder(w).Encode(h.keyboard(at.Username, at.Step, at.Answers))
				return
			}
			decide := h.externalAuth
			if kind == "check-password" {
				decide = h.checkPassword
			}
			var asked request
			if err := body.Decode(&asked); err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			fmt.Fprint(w, h.guarded(decide, asked).output)
		}),
	}
	return server.ListenAndServe()
}
