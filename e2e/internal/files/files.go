// Package files puts files into containers.
package files

import (
	"context"
	"fmt"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// Copy puts files into a container. They may be anybody's; the file option of
// testcontainers-go would make them root's, so that secrets had to be readable by
// everybody.
func Copy(ctx context.Context, c testcontainers.Container, files ...build.File) error {
	archive, err := build.Archive(files...)
	if err != nil {
		return err
	}
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	defer docker.Close()
	_, err = docker.CopyToContainer(ctx, c.GetContainerID(), client.CopyToContainerOptions{
		DestinationPath: "/", Content: archive,
	})
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	return nil
}

// BeforeStart puts files of the user with that number, who is of the group of the
// same number, into a container before it starts.
func BeforeStart(uid int, files []build.File) testcontainers.ContainerCustomizer {
	owned := make([]build.File, 0, len(files))
	for _, f := range files {
		f.Owner = uid
		owned = append(owned, f)
	}
	return testcontainers.WithAdditionalLifecycleHooks(testcontainers.ContainerLifecycleHooks{
		PostCreates: []testcontainers.ContainerHook{func(ctx context.Context, c testcontainers.Container) error {
			return Copy(ctx, c, owned...)
		}},
	})
}
