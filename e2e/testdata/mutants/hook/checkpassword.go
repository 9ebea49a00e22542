package main

import (
	"encoding/json"
	"errors"
)

// passwordAndToken takes the token from the end of what was typed, and lets SFTPGo
// compare the rest with the password that it has stored.
func (h *hook) passwordAndToken(r request) reply {
	password, token := h.split(r.Password)
	if password == "" {
		return h.statusOf(r, "", errors.New("there is no password"))
	}
	return h.statusOf(r, password, h.verify(r.Username, token))
}

func (h *hook) statusOf(r request, password string, err error) reply {
	if err != nil {
		h.refused(r.Username, err)
		return reply{`{"status":0}`, 1}
	}
	return reply{status(2, password), 0}
}

// status is the answer to SFTPGo: 2 lets it compare the password.
func status(n int, password string) string {
	said, err := json.Marshal(struct {
		Status   int    `json:"status"`
		ToVerify string `json:"to_verify"`
	}{n, password})
	if err != nil {
		return `{"status":0}`
	}
	return string(said)
}
