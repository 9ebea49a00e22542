package ports

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Where free ports are looked for: below those that systems give to connections,
// one of which could take a port between the look and its use.
const (
	lowest  = 20_000
	highest = 32_000
)

// mostTries bounds the search: most ports are free.
const mostTries = 1000

// Free finds different ports of the loopback that nobody listens on.
func Free(ctx context.Context, count int) ([]int, error) {
	var found []int
	taken := map[int]bool{}
	for range mostTries {
		if len(found) == count {
			return found, nil
		}
		port := lowest + rand.IntN(highest-lowest) //nolint:gosec // it is no secret
		if !taken[port] && isFree(ctx, port) {
			found = append(found, port)
		}
		taken[port] = true
	}
	return nil, fmt.Errorf("found %d free ports from %d to %d, want %d", len(found), lowest, highest, count)
}

func isFree(ctx context.Context, port int) bool {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return l.Close() == nil
}
