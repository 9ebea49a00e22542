package main

import "errors"

func keyboardInteractiveMistakes() map[string]func(h *hook) {
	return map[string]func(h *hook){
		"token-asked-first": func(h *hook) { tokenFirst(h) },

		// The password's answer comes from the client, within that to the token.
		"token-asked-first-and-lines-read-ahead": func(h *hook) {
			tokenFirst(h)
			h.readsAhead = true
		},

		// SFTPGo checks the password only if it is asked alone.
		"both-asked-at-once": func(h *hook) {
			h.keyboard = func(username string, step int, answers []string) says {
				if step == 1 {
					return says{
						Questions: []string{"Password: ", "Authy token: "}, Echos: []bool{false, false}, CheckPassword: 1,
					}
				}
				return h.result(username, h.verify(username, answers[1]))
			}
		},

		"password-asked-and-not-checked": func(h *hook) {
			h.keyboard = func(username string, step int, answers []string) says {
				switch step {
				case 1:
					return says{Questions: []string{"Password: "}, Echos: []bool{false}}
				case 2:
					return askToken
				}
				return h.result(username, h.verify(username, answers[0]))
			}
		},

		"password-not-asked": func(h *hook) {
			h.keyboard = func(username string, step int, answers []string) says {
				if step == 1 {
					return askToken
				}
				return h.result(username, h.verify(username, answers[0]))
			}
		},

		"password-on-the-screen": func(h *hook) { echo(h, 1) },
		"token-on-the-screen":    func(h *hook) { echo(h, 2) },

		"unknown-asked-nothing": func(h *hook) {
			h.keyboard = func(username string, step int, answers []string) says {
				if h.find(username) == "" {
					return h.result(username, errors.New("the user has no Authy ID"))
				}
				return h.passwordThenToken(username, step, answers)
			}
		},

		"unknown-asked-for-the-password-alone": func(h *hook) {
			h.keyboard = func(username string, step int, answers []string) says {
				if step == 2 && h.find(username) == "" {
					return h.result(username, errors.New("the user has no Authy ID"))
				}
				return h.passwordThenToken(username, step, answers)
			}
		},

		"three-tries": func(h *hook) {
			h.keyboard = func(username string, step int, answers []string) says {
				if step < 3 {
					return h.passwordThenToken(username, step, answers)
				}
				said := h.result(username, h.verify(username, answers[0]))
				if said.Result < 0 && step < 5 {
					return askToken
				}
				return said
			}
		},

		// So that nobody is locked out whose telephone is lost.
		"no-token-no-second-factor": func(h *hook) {
			h.keyboard = func(username string, step int, answers []string) says {
				if step == 3 && answers[0] == "" {
					return letsIn
				}
				return h.passwordThenToken(username, step, answers)
			}
		},
	}
}

func tokenFirst(h *hook) {
	var wrong error
	h.keyboard = func(username string, step int, answers []string) says {
		switch step {
		case 1:
			return askToken
		case 2:
			wrong = h.verify(username, answers[0])
			return askPassword
		}
		if answers[0] != "OK" {
			wrong = errors.New("the password is wrong")
		}
		return h.result(username, wrong)
	}
}

// echo shows the answer to the question of a step.
func echo(h *hook, shown int) {
	h.keyboard = func(username string, step int, answers []string) says {
		said := h.passwordThenToken(username, step, answers)
		if step == shown {
			said.Echos = []bool{true}
		}
		return said
	}
}
