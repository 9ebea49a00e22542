package container_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/docker"
)

// image is built for the tests and removed behind them.
const image = "sftpgo-authy/mockauthy:test"

// needDocker are the tests that are left out where there is no Docker.
const needDocker = "^(Example|TestOnDocker)"

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(context.Background(), m))
}

func run(ctx context.Context, m *testing.M) (code int) {
	if testing.Short() {
		return without(m, errors.New("-short was asked for"))
	}
	if _, err := docker.Check(ctx); err != nil {
		if os.Getenv(docker.RequiredVariable) != "" {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return without(m, err)
	}
	if err := prepare(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := remove(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	return m.Run()
}

// without runs the tests that need no container.
func without(m *testing.M, reason error) int {
	fmt.Printf("left out: the tests that run the mock in a container, because %v\n", reason)
	if err := flag.Set("test.skip", needDocker); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// prepare builds the image, and finds out how published ports are reached.
func prepare(ctx context.Context) error {
	archive, err := build.Mock(ctx)
	if err != nil {
		return err
	}
	mock, err := container.Run(ctx, "", testcontainers.WithDockerfile(testcontainers.FromDockerfile{
		ContextArchive: archive, Repo: "sftpgo-authy/mockauthy", Tag: "test", KeepImage: true,
	}))
	if err == nil {
		err = reach(ctx, mock)
	}
	if mock != nil {
		err = errors.Join(err, mock.Terminate(ctx, testcontainers.StopTimeout(0)))
	}
	return err
}

func reach(ctx context.Context, mock *container.Container) error {
	guess, err := mock.Host(ctx)
	if err != nil {
		return err
	}
	port, err := mock.MappedPort(ctx, container.Port)
	if err != nil {
		return err
	}
	_, _, err = docker.ReachableHost(ctx, guess, strconv.Itoa(int(port.Num())))
	return err
}

func remove(ctx context.Context) error {
	engine, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return err
	}
	defer engine.Close()
	_, err = engine.ImageRemove(ctx, image, client.ImageRemoveOptions{PruneChildren: true})
	return err
}
