package jsonlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// Follow hands each line of a container's log on, without its end, from the start
// of the container until it is removed. The log consumers of testcontainers-go
// connect anew every few seconds, and lose what is written meanwhile.
func Follow(each func(line string)) testcontainers.CustomizeRequestOption {
	f := &follower{each: each}
	return testcontainers.WithAdditionalLifecycleHooks(testcontainers.ContainerLifecycleHooks{
		PostStarts:     []testcontainers.ContainerHook{f.start},
		PostTerminates: []testcontainers.ContainerHook{f.stop},
	})
}

type follower struct {
	each func(line string)

	cancel context.CancelFunc
	ended  chan struct{}
}

func (f *follower) start(ctx context.Context, c testcontainers.Container) error {
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return fmt.Errorf("follow the log: %w", err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	log, err := docker.ContainerLogs(ctx, c.GetContainerID(), client.ContainerLogsOptions{
		ShowStdout: true, ShowStderr: true, Follow: true,
	})
	if err != nil {
		cancel()
		return errors.Join(fmt.Errorf("follow the log: %w", err), docker.Close())
	}
	ended := make(chan struct{})
	f.cancel, f.ended = cancel, ended
	go func() {
		defer close(ended)
		defer docker.Close()
		defer log.Close()
		f.copy(log)
	}()
	return nil
}

// stop waits for the end of the log, which is that of the container.
func (f *follower) stop(context.Context, testcontainers.Container) error {
	if f.cancel != nil {
		f.cancel()
		<-f.ended
	}
	return nil
}

func (f *follower) copy(log io.Reader) {
	out, err := &lines{each: f.each}, &lines{each: f.each}
	_, _ = stdcopy.StdCopy(out, err, log) // it ends with the container
	out.end()
	err.end()
}

// lines puts lines together that come in pieces: the engine cuts long ones.
type lines struct {
	each func(line string)
	rest []byte
}

func (l *lines) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		line, rest, whole := bytes.Cut(l.rest, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		l.each(string(line))
		l.rest = rest
	}
}

// end hands on what has no end.
func (l *lines) end() {
	if len(l.rest) > 0 {
		l.each(string(l.rest))
	}
}
