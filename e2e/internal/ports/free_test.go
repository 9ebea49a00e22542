package ports_test

import (
	"net"
	"slices"
	"strconv"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/internal/ports"
)

func TestFree(t *testing.T) {
	t.Parallel()
	found, err := ports.Free(t.Context(), 50)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	if len(slices.Compact(found)) != 50 {
		t.Errorf("%v: want 50 different ones", found)
	}
	for _, port := range found {
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
	}
	if more, err := ports.Free(t.Context(), 5000); err == nil {
		t.Errorf("%d ports after 1000 tries", len(more))
	}
}
