package main

import (
	"encoding/json"
	"errors"
)

// tokenOnly takes the token from the password field. SFTPGo stores the user of the
// answer in the place of the one it has, so that this has to be the same.
func (h *hook) tokenOnly(r request) reply {
	return h.userOf(r, h.tokenOf(r))
}

func (h *hook) tokenOf(r request) error {
	var user struct {
		Username string `json:"username"`
		Status   int    `json:"status"`
	}
	switch {
	case json.Unmarshal(r.User, &user) != nil || user.Username != r.Username:
		return errors.New("SFTPGo does not know the user")
	case user.Status != 1:
		return errors.New("the user is disabled")
	}
	return h.verify(r.Username, r.Password)
}

func (h *hook) userOf(r request, err error) reply {
	if err != nil {
		h.refused(r.Username, err)
		return reply{`{"username":""}`, 1}
	}
	return reply{string(r.User), 0}
}
