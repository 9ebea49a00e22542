package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// measureLogins lets the sides have their turns, with one client and with many.
// The first login of a user is a figure of its own: later ones are faster, as
// SFTPGo remembers passwords that were right (password_caching).
func (b *benchmark) measureLogins(ctx context.Context, w io.Writer) error {
	people := b.people[:b.logins]
	oneByOne := slices.Collect(slices.Chunk(people, 1)) // so that load that comes and goes befalls all sides
	again := slices.Repeat([][]stack.Person{people}, b.rounds)
	fmt.Fprint(w, "A login, from the connection until SFTP can be used.\n\n")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  clients\t\tlogins\tmedian\t99 of 100\tratio to no hook\tof 99 of 100\t")
	for _, part := range []struct {
		name    string
		rounds  [][]stack.Person
		clients int
	}{
		{"1, first login", oneByOne, 1},
		{"1", again, 1},
		{strconv.Itoa(b.clients), again, b.clients},
	} {
		all, err := b.inTurn(ctx, part.rounds, part.clients)
		if err != nil {
			return err
		}
		beside := slices.Concat(all[0]...)
		for i, s := range b.sides {
			took := slices.Concat(all[i]...)
			fmt.Fprintf(table, "  %s\t%s\t%d\t%s\t%s\t%.2f\t%.2f\t\n", part.name, s.name, len(took),
				round(percentile(took, 50)), round(percentile(took, 99)), ratio(all[i], all[0]),
				float64(percentile(took, 99))/float64(percentile(beside, 99)))
		}
	}
	fmt.Fprintln(table)
	return table.Flush()
}

// inTurn lets the people of each round log in at every side. Who begins changes,
// and what a turn finds warm or cold with it. The figures are by side and round.
func (b *benchmark) inTurn(ctx context.Context, rounds [][]stack.Person, clients int) ([][][]time.Duration, error) {
	all := make([][][]time.Duration, len(b.sides))
	for round, people := range rounds {
		for n := range b.sides {
			i := (n + round) % len(b.sides)
			took, err := b.turn(ctx, b.sides[i], people, clients)
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], took)
		}
	}
	return all, nil
}

// ratio is the median of the ratios of each round's medians: what else the machine does
// befalls both sides of a round alike.
func ratio(rounds, beside [][]time.Duration) float64 {
	ratios := make([]float64, len(rounds))
	for i := range rounds {
		ratios[i] = float64(percentile(rounds[i], 50)) / float64(percentile(beside[i], 50))
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}

// percentile is what so many of a hundred took at most.
func percentile(took []time.Duration, percent int) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }
