package stack

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// hookdImage is built once, by whoever needs it first: all replicas are of it.
type hookdImage struct {
	once sync.Once
	tag  string
	err  error
}

// of is the tag of the image.
func (i *hookdImage) of(ctx context.Context, programs build.Programs) (string, error) {
	i.once.Do(func() { i.err = i.build(ctx, programs) })
	return i.tag, i.err
}

func (i *hookdImage) build(ctx context.Context, programs build.Programs) error {
	archive, err := programs.Image("hooks/deploy/Dockerfile", "hookd")
	if err != nil {
		return err
	}
	provider, err := testcontainers.NewDockerProvider()
	if err != nil {
		return err
	}
	defer provider.Close()
	i.tag, err = provider.BuildImage(ctx, &testcontainers.ContainerRequest{FromDockerfile: testcontainers.FromDockerfile{
		ContextArchive: archive, Repo: "sftpgo-authy/hookd", Tag: "suite-" + strings.ToLower(rand.Text()[:8]),
	}})
	return err
}

// remove removes the image, if there is one.
func (i *hookdImage) remove(ctx context.Context) error {
	if i.tag == "" {
		return nil
	}
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return fmt.Errorf("remove the image of hookd: %w", err)
	}
	defer docker.Close()
	if _, err := docker.ImageRemove(ctx, i.tag, client.ImageRemoveOptions{Force: true, PruneChildren: true}); err != nil {
		return fmt.Errorf("remove the image of hookd: %w", err)
	}
	return nil
}
