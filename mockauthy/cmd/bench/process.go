package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// start measures how long a process takes to its first answer.
func (b bench) start(ctx context.Context) (figures, error) {
	var mock, bare []time.Duration
	for range b.starts {
		for _, side := range []struct {
			to   *[]time.Duration
			name string
			args []string
		}{{&mock, b.mockauthy, []string{"serve", "--listen", "127.0.0.1:0"}}, {&bare, b.self, []string{sideBare}}} {
			began := time.Now()
			s, err := start(ctx, side.name, side.args...)
			if err != nil {
				return nil, err
			}
			err = b.live(ctx, s.url)
			*side.to = append(*side.to, time.Since(began))
			s.stop()
			if err != nil {
				return nil, err
			}
		}
	}
	m, o := median(mock), median(bare)
	return figures{{
		what: "first answer", mock: m.Round(10 * time.Microsecond).String(), beside: o.Round(10 * time.Microsecond).String(),
		ratio: m.Seconds() / o.Seconds(), goal: "< 10 ms", met: m < 10*time.Millisecond,
	}}, nil
}

func (b bench) live(ctx context.Context, base string) error {
	client, err := control.New(base, control.WithHTTPClient(b.load.http))
	if err != nil {
		return err
	}
	return client.Live(ctx)
}

// memory measures what a mock has after many requests, of which most are wrong.
func (b bench) memory(ctx context.Context) (figures, error) {
	mock, err := b.serve(ctx)
	if err != nil {
		return nil, err
	}
	defer mock.stop()
	before, _, ok := mock.memory()
	if !ok {
		return nil, errors.New("this system does not tell how much memory a process has")
	}
	if _, err := b.load.verify(ctx, mock.url, "abcdefg", b.long, 1, http.StatusUnauthorized); err != nil {
		return nil, err
	}
	after, peak, _ := mock.memory()
	return figures{
		{what: "resident, beside that before", mock: mebibytes(after), beside: mebibytes(before), goal: "< 30 MiB", met: after < 30<<20},
		{what: "at most", mock: mebibytes(peak)},
	}, nil
}

// disturbers of each kind.
const disturbers = 100

// undisturbed measures whether those who wait make others wait: clients that
// send a byte now and then, and requests that a fault never answers.
func (b bench) undisturbed(ctx context.Context) (figures, error) {
	disturbed, err := b.serveWith(ctx, 2)
	if err != nil {
		return nil, err
	}
	defer disturbed.stop()
	quiet, err := b.serveWith(ctx, 2)
	if err != nil {
		return nil, err
	}
	defer quiet.stop()
	client, err := control.New(disturbed.url)
	if err != nil {
		return nil, err
	}
	if _, err := client.AddFault(ctx, control.Fault{Name: "silence", AuthyID: firstID + 1}); err != nil {
		return nil, err
	}
	disturbing, end := context.WithCancel(ctx)
	defer end()
	for range disturbers {
		go disturb(disturbing, disturbed.url, "GET /protected/json/verify/abcdefg/"+number(firstID+1)+" HTTP/1.1\r\nHost: bench\r\nX-Authy-API-Key: "+apiKey+"\r\n\r\n")
		go disturb(disturbing, disturbed.url, "GET /protected/json/app/details HTTP/1.1\r\n")
	}
	// They are there once the mock has been asked by all of the first kind.
	for {
		requests, err := client.Requests(ctx, control.Filter{AuthyID: firstID + 1})
		if err != nil {
			return nil, err
		}
		if len(requests) == disturbers {
			break
		}
	}
	all, err := b.inTurn(ctx, turn{disturbed, http.StatusUnauthorized, wrong, 1}, turn{quiet, http.StatusUnauthorized, wrong, 1})
	if err != nil {
		return nil, err
	}
	return figures{all.throughput("≥ 0.90", 0.9), all.latency(99, "", 0)}, nil
}

// disturb opens a connection, says so much, and then a byte each second: of the
// header of that request, or of the next one. Where the mock has had enough of
// it, it begins anew.
func disturb(ctx context.Context, base, opening string) {
	for ctx.Err() == nil {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			return // then there is one less, and the first kind is waited for
		}
		stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
		tick := time.NewTicker(time.Second)
		for _, err = fmt.Fprint(conn, opening); err == nil; _, err = conn.Write([]byte("x")) {
			<-tick.C
		}
		tick.Stop()
		stop()
		_ = conn.Close()
	}
}

func number(n int) string { return strconv.Itoa(n) }
