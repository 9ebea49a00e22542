package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// figure is one that was measured.
type figure struct {
	what         string
	mock, beside string
	ratio        float64 // of mock and beside; 0 where they are not to be compared
	goal         string  // "" for none
	met          bool
}

type figures []figure

// writeTo writes a table.
func (f figures) writeTo(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  \tthe mock\tbeside\tratio\tgoal\t")
	for _, one := range f {
		ratio, verdict := "", ""
		if one.ratio != 0 {
			ratio = fmt.Sprintf("%.2f", one.ratio)
		}
		if one.goal != "" {
			verdict = "missed"
			if one.met {
				verdict = "met"
			}
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\t%s\n", one.what, one.mock, one.beside, ratio, one.goal, verdict)
	}
	fmt.Fprintln(table)
	return table.Flush()
}

// median is the middle one.
func median[T time.Duration | float64](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}

// perSecond is how many requests a second are answered.
func perSecond(requests int, took time.Duration) string {
	return fmt.Sprintf("%.0f/s", float64(requests)/took.Seconds())
}

func mebibytes(bytes int64) string {
	return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
}
