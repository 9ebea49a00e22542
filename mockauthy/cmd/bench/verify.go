package main

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// crowd is how many users verify a token each, before it is time for the next
// one: a token is right once.
const crowd = 1000

// verify measures the mock beside a bare handler.
func (b bench) verify(ctx context.Context) (figures, error) {
	mock, err := b.serveWith(ctx, crowd)
	if err != nil {
		return nil, err
	}
	defer mock.stop()
	bare, err := start(ctx, b.self, sideBare)
	if err != nil {
		return nil, err
	}
	defer bare.stop()
	client, err := control.New(mock.url)
	if err != nil {
		return nil, err
	}
	if _, err := client.FreezeClock(ctx); err != nil {
		return nil, err
	}
	var token string
	all, err := b.inTurn(ctx, turn{mock, http.StatusOK, func() (string, error) {
		if _, err := client.AdvanceClock(ctx, 10*time.Second); err != nil {
			return "", err
		}
		next, err := client.Token(ctx, firstID, 0)
		token = next.Token
		return token, err
	}, crowd}, turn{bare, http.StatusOK, func() (string, error) { return token, nil }, crowd})
	if err != nil {
		return nil, err
	}
	found := figures{all.throughput("≥ 0.85", 0.85), all.latency(50, "", 0), all.latency(99, "< 2.00", 2)}
	if mockCPU, ok := mock.cpu(); ok {
		bareCPU, _ := bare.cpu()
		n := time.Duration(b.rounds * b.requests)
		found = append(found, figure{
			what: "processor time of the server", mock: (mockCPU / n).String(), beside: (bareCPU / n).String(),
			ratio: float64(mockCPU) / float64(bareCPU),
		})
	}
	return found, nil
}

// flat measures the mock with many users beside the mock with few. Of few users
// only few tokens could be right, so here all are wrong.
func (b bench) flat(ctx context.Context) (figures, error) {
	const few = 10
	several, err := start(ctx, b.self, sideUsers, number(b.many))
	if err != nil {
		return nil, err
	}
	defer several.stop()
	one, err := start(ctx, b.self, sideUsers, number(few))
	if err != nil {
		return nil, err
	}
	defer one.stop()
	all, err := b.inTurn(ctx, turn{several, http.StatusUnauthorized, wrong, b.many}, turn{one, http.StatusUnauthorized, wrong, few})
	if err != nil {
		return nil, err
	}
	return figures{all.latency(50, "< 1.15", 1.15), all.latency(99, "", 0)}, nil
}

// wrong is a token that no chance makes right.
func wrong() (string, error) { return "abcdefg", nil }

// turn is what one side does when it is its turn.
type turn struct {
	server *server
	status int
	token  func() (string, error)
	users  int
}

// pairs are the samples of both sides, by turn.
type pairs struct {
	mock, beside []sample
}

// inTurn lets both sides have their turns. Who begins changes, and what a turn
// finds warm or cold with it.
func (b bench) inTurn(ctx context.Context, mock, beside turn) (pairs, error) {
	var all pairs
	for round := range b.rounds {
		order := []struct {
			turn
			to *[]sample
		}{{mock, &all.mock}, {beside, &all.beside}}
		if round%2 == 1 {
			slices.Reverse(order)
		}
		for _, now := range order {
			s, err := b.take(ctx, now.turn)
			if err != nil {
				return all, err
			}
			*now.to = append(*now.to, s)
		}
	}
	return all, nil
}

// take lets one side have its turn. To get the next token is no part of it.
func (b bench) take(ctx context.Context, t turn) (sample, error) {
	var all sample
	for left := b.requests; left > 0; left -= crowd {
		token, err := t.token()
		if err != nil {
			return all, err
		}
		s, err := b.load.verify(ctx, t.server.url, token, min(left, crowd), t.users, t.status)
		if err != nil {
			return all, err
		}
		all.took += s.took
		all.latencies = append(all.latencies, s.latencies...)
	}
	slices.Sort(all.latencies)
	return all, nil
}

func (p pairs) throughput(goal string, atLeast float64) figure {
	var mock, beside []time.Duration
	var ratios []float64
	for i := range p.mock {
		mock, beside = append(mock, p.mock[i].took), append(beside, p.beside[i].took)
		ratios = append(ratios, p.beside[i].took.Seconds()/p.mock[i].took.Seconds())
	}
	n, ratio := len(p.mock[0].latencies), median(ratios)
	return figure{"requests", perSecond(n, median(mock)), perSecond(n, median(beside)), ratio, goal, ratio >= atLeast}
}

func (p pairs) latency(percent int, goal string, below float64) figure {
	var mock, beside []time.Duration
	var ratios []float64
	for i := range p.mock {
		m, o := p.mock[i].percentile(percent), p.beside[i].percentile(percent)
		mock, beside = append(mock, m), append(beside, o)
		ratios = append(ratios, m.Seconds()/o.Seconds())
	}
	ratio := median(ratios)
	return figure{
		what: "latency, " + number(percent) + " of 100", mock: median(mock).Round(time.Microsecond).String(),
		beside: median(beside).Round(time.Microsecond).String(), ratio: ratio, goal: goal, met: ratio < below,
	}
}
