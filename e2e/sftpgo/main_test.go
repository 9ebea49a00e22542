package sftpgo_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/preflight"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/docker"
)

// needDocker are the tests that are left out where there is no Docker or no image.
const needDocker = "^(Example|TestOnDocker)"

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(context.Background(), m))
}

func run(ctx context.Context, m *testing.M) int {
	if testing.Short() {
		return without(m, errors.New("-short was asked for"))
	}
	var obstacle *docker.Obstacle
	if _, err := preflight.Check(ctx, preflight.DefaultImage); errors.As(err, &obstacle) && os.Getenv(docker.RequiredVariable) == "" {
		return without(m, err)
	} else if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := reach(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// without runs the tests that need no container.
func without(m *testing.M, reason error) int {
	fmt.Printf("left out: the tests that run SFTPGo in a container, because %v\n", reason)
	if err := flag.Set("test.skip", needDocker); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// reach finds out how published ports are reached.
func reach(ctx context.Context) (err error) {
	const port = "8080/tcp"
	c, err := testcontainers.Run(ctx, preflight.DefaultImage,
		testcontainers.WithExposedPorts(port), testcontainers.WithWaitStrategy(wait.ForLog("server listener registered")))
	defer func() {
		err = errors.Join(err, testcontainers.TerminateContainer(c, testcontainers.StopTimeout(0)))
	}()
	if err != nil {
		return err
	}
	guess, err := c.Host(ctx)
	if err != nil {
		return err
	}
	mapped, err := c.MappedPort(ctx, port)
	if err != nil {
		return err
	}
	_, _, err = docker.ReachableHost(ctx, guess, strconv.Itoa(int(mapped.Num())))
	return err
}
