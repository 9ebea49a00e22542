package sftpgo

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// Release is a release of SFTPGo: {2, 7, 5} is 2.7.5.
type Release struct {
	Major, Minor, Patch int
}

// String is as people write it: 2.7.5.
func (r Release) String() string { return fmt.Sprintf("%d.%d.%d", r.Major, r.Minor, r.Patch) }

// Before tells whether r is older than other.
func (r Release) Before(other Release) bool {
	return cmp.Or(
		cmp.Compare(r.Major, other.Major),
		cmp.Compare(r.Minor, other.Minor),
		cmp.Compare(r.Patch, other.Patch),
	) < 0
}

// version is what "sftpgo -v" prints first.
var version = regexp.MustCompile(`SFTPGo (\d+)\.(\d+)\.(\d+)`)

// ReleaseOf asks the image which release it holds: its tag may say nothing, or
// something else.
func ReleaseOf(ctx context.Context, image string) (r Release, err error) {
	c, err := testcontainers.Run(ctx, image, testcontainers.WithCmd("sftpgo", "-v"),
		testcontainers.WithWaitStrategy(wait.ForExit()))
	defer func() {
		if c != nil {
			if gone := c.Terminate(context.WithoutCancel(ctx)); err == nil {
				err = gone
			}
		}
	}()
	if err != nil {
		return Release{}, fmt.Errorf("sftpgo: release of %s: %w", image, err)
	}
	logs, err := c.Logs(ctx)
	if err != nil {
		return Release{}, fmt.Errorf("sftpgo: release of %s: %w", image, err)
	}
	defer logs.Close()
	said, err := io.ReadAll(logs)
	if err != nil {
		return Release{}, fmt.Errorf("sftpgo: release of %s: %w", image, err)
	}
	if r, err = parseRelease(string(said)); err != nil {
		return Release{}, fmt.Errorf("sftpgo: release of %s: %w", image, err)
	}
	return r, nil
}

// Release asks the server which release it is.
func (s *Server) Release(ctx context.Context) (Release, error) {
	said, err := s.admin.do(ctx, http.MethodGet, "/api/v2/version", nil)
	if err != nil {
		return Release{}, err
	}
	var answer struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(said, &answer); err != nil {
		return Release{}, fmt.Errorf("sftpgo: the answer of /api/v2/version: %w", err)
	}
	// The version is as "sftpgo -v" prints it, without the name.
	return parseRelease("SFTPGo " + answer.Version)
}

func parseRelease(said string) (Release, error) {
	match := version.FindStringSubmatch(said)
	if match == nil {
		return Release{}, fmt.Errorf("\"sftpgo -v\" printed %q, want SFTPGo and a version", said)
	}
	var r Release
	for i, to := range []*int{&r.Major, &r.Minor, &r.Patch} {
		number, err := strconv.Atoi(match[i+1])
		if err != nil {
			return Release{}, fmt.Errorf("\"sftpgo -v\" printed %q: %w", said, err)
		}
		*to = number
	}
	return r, nil
}
