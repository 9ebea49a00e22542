package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"syscall"
	"time"
)

// server is one side in its own process.
type server struct {
	url string
	cmd *exec.Cmd
	out *os.File
}

var errNoURL = errors.New("want a URL in its first line")

var announced = regexp.MustCompile(`http://\S+`)

// start starts a server and waits until it has said where it listens.
func start(ctx context.Context, name string, args ...string) (*server, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout = in // standard error is nobody's: as of a server whose log nobody reads
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		_ = out.Close()
		return nil, err
	}
	s := &server{cmd: cmd, out: out}
	line, err := bufio.NewReader(out).ReadString('\n')
	if s.url = announced.FindString(line); s.url == "" {
		s.stop()
		return nil, fmt.Errorf("%s did not say where it listens, but %q: %w", name, line, cmp.Or(err, errNoURL))
	}
	return s, nil
}

// stop ends the server and waits for its end.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait() // how it ended is no figure
	_ = s.out.Close()
}

// cpu is how much of the processors it has used since it was started; false
// where the system does not tell (Linux does: proc(5), /proc/pid/stat).
func (s *server) cpu() (time.Duration, bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, false
	}
	// The command's name, in parentheses, may hold spaces: count behind it.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	const utime, stime, tick = 11, 12, 10 * time.Millisecond
	user, _ := strconv.ParseInt(string(fields[utime]), 10, 64)
	system, _ := strconv.ParseInt(string(fields[stime]), 10, 64)
	return time.Duration(user+system) * tick, true
}

var (
	residentNow  = regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB`)
	residentPeak = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB`)
)

// memory is how much of it the process has in bytes, now and at most; false
// where the system does not tell.
func (s *server) memory() (now, peak int64, ok bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, 0, false
	}
	for _, field := range []struct {
		pattern *regexp.Regexp
		to      *int64
	}{{residentNow, &now}, {residentPeak, &peak}} {
		match := field.pattern.FindSubmatch(status)
		if match == nil {
			return 0, 0, false
		}
		kib, _ := strconv.ParseInt(string(match[1]), 10, 64)
		*field.to = kib << 10
	}
	return now, peak, true
}
