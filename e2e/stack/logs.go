package stack

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/testcontainers/testcontainers-go"
)

// Logs are what everything of the stack has logged so far, each by a name.
func (s *Stack) Logs(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	keep := func(name string, log string, err error) error {
		all[name] = log
		return err
	}
	log, err := s.MockLogs(ctx)
	err = keep("mock", log, err)
	hookds, more := s.HookdLogs(ctx)
	for i, log := range hookds {
		err = errors.Join(err, keep(fmt.Sprintf("hookd %d", i+1), log, nil))
	}
	err = errors.Join(err, more)
	if s.stub.container != nil {
		log, more := containerLog(ctx, s.stub.container)
		err = errors.Join(err, keep("stub hook", log, more))
	}
	for setup, server := range s.running() {
		name := fmt.Sprintf("SFTPGo %+v", setup)
		log, more := containerLog(ctx, server.Container)
		err = errors.Join(err, keep(name, log, more))
		if setup.logsKeyint() {
			log, more := readFile(ctx, server.Container, keyintLog)
			err = errors.Join(err, keep("keyint of "+name, log, more))
		}
	}
	return all, err
}

func containerLog(ctx context.Context, c testcontainers.Container) (string, error) {
	logs, err := c.Logs(ctx)
	if err != nil {
		return "", fmt.Errorf("logs of a container: %w", err)
	}
	return readAll(logs)
}

func readFile(ctx context.Context, c testcontainers.Container, path string) (string, error) {
	file, err := c.CopyFileFromContainer(ctx, path)
	if err != nil {
		return "", fmt.Errorf("log file: %w", err)
	}
	return readAll(file)
}

func readAll(r io.ReadCloser) (string, error) {
	text, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return "", fmt.Errorf("log: %w", err)
	}
	return string(text), nil
}
