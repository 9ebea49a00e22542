package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// hook runs a hook that is told all at its start. An error is that it denied.
func (b *benchmark) hook(ctx context.Context, name string, env []string) error {
	cmd := exec.CommandContext(ctx, b.stack.ProgramPath(name))
	cmd.Env = env
	return cmd.Run()
}

// dialogue runs the hook that asks questions, and gives the answers one by one:
// what comes before it was asked is an attack to it.
func (b *benchmark) dialogue(ctx context.Context, env []string, answers ...string) error {
	cmd := exec.CommandContext(ctx, b.stack.ProgramPath("keyint"))
	cmd.Env = env
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	return errors.Join(answer(bufio.NewReader(out), in, answers), cmd.Wait())
}

func answer(questions *bufio.Reader, in io.Writer, answers []string) error {
	for _, reply := range answers {
		if _, err := questions.ReadString('\n'); err != nil {
			return fmt.Errorf("read a question: %w", err)
		}
		if _, err := io.WriteString(in, reply+"\n"); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}
	result, err := questions.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the result: %w", err)
	}
	if !strings.Contains(result, `"auth_result":1`) {
		return fmt.Errorf("the result is %q", result)
	}
	return nil
}
