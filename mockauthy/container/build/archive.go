package build

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// File is one of an archive, or a folder if its path ends with a slash.
type File struct {
	// Path in the archive; that of a container may be absolute.
	Path    string
	Content []byte
	Mode    int64
	// Owner is the number of the user whose it is, and of the group.
	Owner int
}

// Archive packs files as Docker takes them: in a tar file.
func Archive(files ...File) (*bytes.Reader, error) {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, f := range files {
		header := &tar.Header{
			Name: strings.TrimPrefix(f.Path, "/"), Mode: f.Mode, Size: int64(len(f.Content)),
			Uid: f.Owner, Gid: f.Owner, ModTime: time.Unix(0, 0),
		}
		if err := w.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("file %s: %w", f.Path, err)
		}
		if _, err := w.Write(f.Content); err != nil {
			return nil, fmt.Errorf("file %s: %w", f.Path, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	return bytes.NewReader(archive.Bytes()), nil
}

// Image is what Docker builds the image of a program from: a Dockerfile of the
// repository, the program, and more files if it wants them.
func (p Programs) Image(dockerfile, program string, more ...File) (io.ReadSeeker, error) {
	recipe, err := os.ReadFile(filepath.Join(p.root, dockerfile))
	if err != nil {
		return nil, fmt.Errorf("image of %s: %w", program, err)
	}
	content, err := p.Read(program)
	if err != nil {
		return nil, fmt.Errorf("image of %s: %w", program, err)
	}
	archive, err := Archive(append(more,
		File{Path: "Dockerfile", Content: recipe, Mode: 0o644},
		File{Path: program, Content: content, Mode: 0o755},
	)...)
	if err != nil {
		return nil, fmt.Errorf("image of %s: %w", program, err)
	}
	return archive, nil
}
