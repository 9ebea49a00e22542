package docker_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/docker"
)

// atOnce is what a person would still call at once.
const atOnce = 5 * time.Second

func TestNoEngineIsSaidAtOnce(t *testing.T) {
	host := "unix://" + filepath.Join(t.TempDir(), "docker.sock")
	t.Setenv("DOCKER_HOST", host)
	start := time.Now()
	_, err := docker.Check(t.Context(), docker.Image{Name: "no/such-image:v0"})
	if took := time.Since(start); took > atOnce {
		t.Errorf("it took %s", took)
	}
	var obstacle *docker.Obstacle
	if !errors.As(err, &obstacle) {
		t.Fatalf("got the error %v, want an obstacle", err)
	}
	if !strings.Contains(obstacle.What, host) {
		t.Errorf("the obstacle does not say where it looked: %s", obstacle.What)
	}
	if !strings.Contains(obstacle.Remedy, "DOCKER_HOST") {
		t.Errorf("the remedy does not name the setting: %s", obstacle.Remedy)
	}
	if strings.ContainsRune(err.Error(), '\n') {
		t.Errorf("more than one line: %q", err)
	}
}

func TestAnEngineThatDoesNotAnswerIsSaidAtOnce(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	t.Setenv("DOCKER_HOST", "tcp://"+silent.Addr().String())
	start := time.Now()
	_, err = docker.Check(t.Context(), docker.Image{Name: "no/such-image:v0"})
	if took := time.Since(start); took > atOnce {
		t.Errorf("it took %s", took)
	}
	var obstacle *docker.Obstacle
	if !errors.As(err, &obstacle) {
		t.Fatalf("got the error %v, want an obstacle", err)
	}
}

func TestReachableHost(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	const variable = "TESTCONTAINERS_HOST_OVERRIDE"

	t.Run("the guess answers", func(t *testing.T) {
		t.Setenv(variable, "")
		host, note, err := docker.ReachableHost(t.Context(), "127.0.0.1", port)
		if err != nil || host != "127.0.0.1" || note != "" {
			t.Errorf("got %q, note %q, error %v", host, note, err)
		}
	})

	t.Run("only localhost answers", func(t *testing.T) {
		t.Setenv(variable, "")
		host, note, err := docker.ReachableHost(t.Context(), "127.0.0.2", port)
		if err != nil || host != "localhost" {
			t.Fatalf("got %q, error %v", host, err)
		}
		if got := os.Getenv(variable); got != "localhost" {
			t.Errorf("%s=%q", variable, got)
		}
		if !strings.Contains(note, variable+"=localhost") || !strings.Contains(note, "127.0.0.2") {
			t.Errorf("the note does not say what was set and why: %s", note)
		}
	})

	t.Run("nothing answers", func(t *testing.T) {
		t.Setenv(variable, "")
		if err := listener.Close(); err != nil {
			t.Fatal(err)
		}
		_, _, err := docker.ReachableHost(t.Context(), "127.0.0.2", port)
		var obstacle *docker.Obstacle
		if !errors.As(err, &obstacle) {
			t.Fatalf("got the error %v, want an obstacle", err)
		}
	})
}
