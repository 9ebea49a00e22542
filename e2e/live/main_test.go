package live_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"go.uber.org/goleak"
)

// atOnce is how many servers run side by side. They wait more than they work.
const atOnce = "6"

// TestMain fails where tests have left a container, a network or a goroutine.
func TestMain(m *testing.M) {
	flag.Parse()
	err := flag.Set("test.parallel", atOnce)
	code := m.Run()
	if err == nil {
		err = goleak.Find()
	}
	if err == nil {
		err = leftInDocker(context.Background())
	}
	if code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, "left behind:", err)
		code = 1
	}
	os.Exit(code)
}

// leftInDocker looks for what is marked as this run's. Without an engine there is
// nothing.
func leftInDocker(ctx context.Context) error {
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return nil
	}
	defer docker.Close()
	mine := make(client.Filters).Add("label", "org.testcontainers.sessionId="+testcontainers.SessionID())
	containers, err := docker.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: mine})
	if err != nil {
		return err
	}
	networks, err := docker.NetworkList(ctx, client.NetworkListOptions{Filters: mine})
	if err != nil {
		return err
	}
	if len(containers.Items)+len(networks.Items) > 0 {
		return fmt.Errorf("%d containers, %d networks", len(containers.Items), len(networks.Items))
	}
	return nil
}
