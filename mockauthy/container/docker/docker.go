// Package docker finds out, at once and not by a time-out, whether this machine
// can run containers by testcontainers-go: whether Docker answers, whether the
// images are there or can be pulled, and whether the cleaner of testcontainers-go
// can be had. It sets what can be set and names what cannot.
//
// It must come before the first use of testcontainers-go, which reads its
// environment only once.
package docker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

const (
	engineWithin   = 3 * time.Second
	registryWithin = 10 * time.Second
)

// RequiredVariable makes the tests that need containers required: a machine that
// cannot run them fails them. "make e2e" sets it.
const RequiredVariable = "E2E_REQUIRED"

// Image is one that has to be there.
type Image struct {
	Name string
	// Variable of the environment that names another one.
	Variable string
}

// Obstacle is why this machine cannot run the containers.
type Obstacle struct {
	// What is in the way.
	What string
	// Remedy is what to do about it.
	Remedy string
}

func (o *Obstacle) Error() string {
	return o.What + "; " + o.Remedy
}

// Check looks at the machine. Its notes tell what it has set, and what will be
// different from other machines. An [Obstacle] is why the containers cannot run.
func Check(ctx context.Context, images ...Image) (notes []string, err error) {
	docker, note, err := engine(ctx)
	if err != nil {
		return nil, err
	}
	defer docker.Close()
	notes = appendNote(notes, note)
	for _, image := range images {
		if err := available(ctx, docker, image.Name); err != nil {
			return nil, &Obstacle{
				What:   fmt.Sprintf("the image %s is not on this machine and cannot be pulled (%v)", image.Name, err),
				Remedy: fmt.Sprintf("run \"docker pull %s\" where a registry can be reached, or name another image in %s", image.Name, image.Variable),
			}
		}
	}
	return appendNote(notes, reaper(ctx, docker)), nil
}

// engine finds the Docker engine.
func engine(ctx context.Context) (*client.Client, string, error) {
	host, note := engineHost()
	docker, err := client.New(client.FromEnv, client.WithHost(host))
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, engineWithin)
		defer cancel()
		if _, err = docker.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true}); err == nil {
			return docker, note, nil
		}
		err = errors.Join(err, docker.Close())
	}
	return nil, "", &Obstacle{
		What:   fmt.Sprintf("no Docker engine answers at %s (%v)", host, err),
		Remedy: "start Docker, or set DOCKER_HOST to where it listens",
	}
}

// engineHost is where the engine listens: where DOCKER_HOST says, or at the
// first socket of those that the editions of Docker use. A socket in an unusual
// place is put into DOCKER_HOST, so that testcontainers-go takes the same one.
func engineHost() (host, note string) {
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		return host, ""
	}
	const usual = "/var/run/docker.sock"
	home, _ := os.UserHomeDir() // without one the paths below do not exist
	for _, socket := range []string{
		usual,
		filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "docker.sock"),
		filepath.Join(home, ".docker", "run", "docker.sock"),
		filepath.Join(home, ".docker", "desktop", "docker.sock"),
	} {
		if info, err := os.Stat(socket); err != nil || info.Mode().Type() != os.ModeSocket {
			continue
		}
		host = "unix://" + socket
		if socket != usual {
			note = set("DOCKER_HOST", host, "the engine listens there")
		}
		return host, note
	}
	return client.DefaultDockerHost, ""
}

// available tells whether the engine has the image, or can pull it.
func available(ctx context.Context, docker *client.Client, image string) error {
	if _, err := docker.ImageInspect(ctx, image); err == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, registryWithin)
	defer cancel()
	_, err := docker.DistributionInspect(ctx, image, client.DistributionInspectOptions{})
	return err
}

// reaper looks for the image of the container by which testcontainers-go
// removes what a killed run has left. Without it nothing would start.
func reaper(ctx context.Context, docker *client.Client) string {
	const variable = "TESTCONTAINERS_RYUK_DISABLED"
	image := testcontainers.ReaperDefaultImage //nolint:staticcheck // nothing else names the image that this version starts
	if os.Getenv(variable) != "" || available(ctx, docker, image) == nil {
		return ""
	}
	return set(variable, "true", "the image "+image+" cannot be had; "+
		"the tests remove their containers themselves, but after a kill -9 you have to: "+
		"docker rm -f $(docker ps -aq --filter label=org.testcontainers=true)")
}

// ReachableHost finds the host name under which this process reaches published
// ports. Inside a container, or a machine that looks like one, testcontainers-go
// takes the gateway of Docker's network, which may not answer, though localhost
// does. The port is one that is published and answers. The note tells what had
// to be set.
func ReachableHost(ctx context.Context, guess, port string) (host, note string, err error) {
	const variable = "TESTCONTAINERS_HOST_OVERRIDE"
	for _, host := range []string{guess, "localhost"} {
		if !answers(ctx, host, port) {
			continue
		}
		if host != guess {
			note = set(variable, host, "published ports do not answer on "+guess)
		}
		return host, note, nil
	}
	return "", "", &Obstacle{
		What:   fmt.Sprintf("published ports answer neither on %s nor on localhost", guess),
		Remedy: "set " + variable + " to the address of the machine that runs the containers",
	}
}

func answers(ctx context.Context, host, port string) bool {
	ctx, cancel := context.WithTimeout(ctx, engineWithin)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return false
	}
	_ = conn.Close() // it has served its purpose
	return true
}

// set puts a variable into the environment of this process, from where
// testcontainers-go takes it, and says so.
func set(variable, value, reason string) string {
	if err := os.Setenv(variable, value); err != nil {
		return fmt.Sprintf("%s=%s could not be set: %v", variable, value, err)
	}
	return fmt.Sprintf("%s=%s, because %s", variable, value, reason)
}

func appendNote(notes []string, note string) []string {
	if note == "" {
		return notes
	}
	return append(notes, note)
}
