package contract

import (
	"context"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// keyboardAnswer is what a keyboard-interactive hook says: questions, or the
// result (SFTPGo's plugin.KeyboardAuthResponse).
type keyboardAnswer struct {
	Instruction   string   `json:"instruction"`
	Questions     []string `json:"questions"`
	Echos         []bool   `json:"echos"`
	AuthResult    int      `json:"auth_result"`
	CheckPassword int      `json:"check_password"`
}

// validate wants what SFTPGo's method of that name wants.
func (a keyboardAnswer) validate() error {
	switch {
	case len(a.Questions) == 0:
		return refuse("the hook's answer has neither questions nor a result")
	case len(a.Questions) != len(a.Echos):
		return refuse("the hook's answer has %d questions and %d echos", len(a.Questions), len(a.Echos))
	}
	return nil
}

// authSuccess is the only result that lets in.
const authSuccess = 1

// keyboardInteractive is SFTPGo's doKeyboardInteractiveAuth.
func (s *site) keyboardInteractive(ctx context.Context, c client) (string, error) {
	a := s.accounts.find(c.Login.Username)
	if a == nil {
		return "", refuse("there is no user %s", c.Login.Username)
	}
	result, err := s.caller.keyboard(ctx, a, func(answer keyboardAnswer) ([]string, error) {
		return s.answers(ctx, c, a, answer)
	})
	if err != nil {
		return "", err
	}
	if result != authSuccess {
		return "", refuse("the hook's result is %d", result)
	}
	// A disabled user is asked all the same.
	return a.username(), a.mayLogIn()
}

// answers is SFTPGo's getKeyboardInteractiveAnswers: it asks the client, and
// checks the password itself if it is told to, and if there is one question only.
func (s *site) answers(ctx context.Context, c client, a account, said keyboardAnswer) ([]string, error) {
	questions := make([]driver.Question, 0, len(said.Questions))
	for i, text := range said.Questions {
		questions = append(questions, driver.Question{Text: text, Echo: said.Echos[i]})
	}
	answers, err := c.ask(questions)
	if err != nil || len(answers) != 1 || said.CheckPassword <= 0 {
		return answers, err
	}
	if said.CheckPassword == 2 {
		return nil, refuse("the hook asks SFTPGo to check a code of its own second factor, which the user has not")
	}
	if err := s.checkUserAndPass(ctx, a, answers[0], driver.SSH); err != nil {
		return nil, err
	}
	return []string{"OK"}, nil
}
