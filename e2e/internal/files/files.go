// Package files puts files into containers.
package files

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// File is one that a container gets before it starts.
type File struct {
	// Path is absolute.
	Path    string
	Content []byte
	Mode    int64
}

// Copy makes the files those of the user with that number, who is of the group
// of the same number; the file option of testcontainers-go would make them
// root's, so that secrets had to be readable by everybody.
func Copy(uid int, files []File) testcontainers.ContainerHook {
	return func(ctx context.Context, c testcontainers.Container) error {
		var archive bytes.Buffer
		w := tar.NewWriter(&archive)
		for _, f := range files {
			header := &tar.Header{
				Name: strings.TrimPrefix(f.Path, "/"), Mode: f.Mode, Size: int64(len(f.Content)),
				Uid: uid, Gid: uid, ModTime: time.Unix(0, 0),
			}
			if err := w.WriteHeader(header); err != nil {
				return fmt.Errorf("file %s: %w", f.Path, err)
			}
			if _, err := w.Write(f.Content); err != nil {
				return fmt.Errorf("file %s: %w", f.Path, err)
			}
		}
		if err := w.Close(); err != nil {
			return fmt.Errorf("files: %w", err)
		}
		docker, err := testcontainers.NewDockerClientWithOpts(ctx)
		if err != nil {
			return fmt.Errorf("files: %w", err)
		}
		defer docker.Close()
		_, err = docker.CopyToContainer(ctx, c.GetContainerID(), client.CopyToContainerOptions{
			DestinationPath: "/", Content: &archive,
		})
		if err != nil {
			return fmt.Errorf("files: %w", err)
		}
		return nil
	}
}
