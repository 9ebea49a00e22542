package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
)

// says is what a keyboard-interactive hook says to SFTPGo: a question, or the
// result.
type says struct {
	Questions     []string `json:"questions,omitempty"`
	Echos         []bool   `json:"echos,omitempty"`
	CheckPassword int      `json:"check_password,omitempty"`
	Result        int      `json:"auth_result,omitempty"`
}

// What SFTPGo knows results by.
var (
	letsIn  = says{Result: 1}
	refuses = says{Result: -1}
)

// What is asked. SFTPGo compares the password itself, and says OK instead of it.
var (
	askPassword = says{Questions: []string{"Password: "}, Echos: []bool{false}, CheckPassword: 1}
	askToken    = says{Questions: []string{"Authy token: "}, Echos: []bool{false}}
)

// passwordThenToken asks everybody the same questions, whether the hook knows him
// or not.
func (h *hook) passwordThenToken(username string, step int, answers []string) says {
	switch {
	case step == 1:
		return askPassword
	case step == 2 && len(answers) == 1 && answers[0] == "OK":
		return askToken
	case step == 3 && len(answers) == 1:
		return h.result(username, h.verify(username, answers[0]))
	}
	return h.result(username, errors.New("this is no answer of SFTPGo's"))
}

func (h *hook) result(username string, err error) says {
	if err != nil {
		h.refused(username, err)
		return refuses
	}
	return letsIn
}

// talk is a dialogue on standard input and output.
func (h *hook) talk(stdin io.Reader, stdout io.Writer) int {
	in, out := bufio.NewReader(stdin), json.NewEncoder(stdout)
	username := os.Getenv("SFTPGO_AUTHD_USERNAME")
	var answers []string
	for step := 1; ; step++ {
		said := h.keyboard(username, step, answers)
		if out.Encode(said) != nil || said.Result < 0 {
			return 1
		}
		if said.Result > 0 {
			return 0
		}
		answers = nil
		for range said.Questions {
			line, err := in.ReadSlice('\n')
			if err != nil {
				return 1 // the client is gone, or its answer is longer than any
			}
			answers = append(answers, strings.TrimSuffix(string(line), "\n"))
		}
		if in.Buffered() > 0 && !h.readsAhead {
			_ = out.Encode(h.result(username, errors.New("there is more than one line to an answer")))
			return 1
		}
	}
}
