package login

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// UseFiles uploads a file, lists it, reads it back, compares and removes it.
func (s *Session) UseFiles(name string, content []byte) error {
	timer := time.AfterFunc(sftpWithin, func() { _ = s.ssh.Close() }) // ends what waits
	defer timer.Stop()
	if err := s.upload(name, content); err != nil {
		return fmt.Errorf("upload %s: %w", name, err)
	}
	size, err := s.list(name)
	if err != nil {
		return fmt.Errorf("list %s: %w", name, err)
	}
	if size != int64(len(content)) {
		return fmt.Errorf("list %s: %d bytes, uploaded were %d", name, size, len(content))
	}
	back, err := s.download(name)
	if err != nil {
		return fmt.Errorf("read back %s: %w", name, err)
	}
	if !bytes.Equal(back, content) {
		return fmt.Errorf("read back %s: the content is not what was uploaded", name)
	}
	if err := s.sftp.Remove(name); err != nil {
		return fmt.Errorf("remove %s: %w", name, err)
	}
	return nil
}

func (s *Session) upload(name string, content []byte) error {
	file, err := s.sftp.Create(name)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}

func (s *Session) list(name string) (size int64, err error) {
	entries, err := s.sftp.ReadDir(".")
	if err != nil {
		return 0, err
	}
	for _, entry := range entries {
		if entry.Name() == name {
			return entry.Size(), nil
		}
	}
	return 0, os.ErrNotExist
}

func (s *Session) download(name string) ([]byte, error) {
	file, err := s.sftp.Open(name)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(file)
	return content, errors.Join(err, file.Close())
}
