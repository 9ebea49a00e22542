package rulebook

import (
	"strings"

	messages "github.com/cucumber/messages/go/v21"
)

// passage is a scenario, or a background, as it is written: the line of its
// title, and all from the first step to the end of the last one, or of the last
// example, without the indentation that all of it has.
func passage(lines []string, title int64, steps []*messages.Step, examples []*messages.Examples) string {
	passage := []string{lines[title-1]}
	if len(steps) > 0 {
		passage = append(passage, lines[steps[0].Location.Line-1:lastLine(lines, steps, examples)]...)
	}
	indent := len(passage[0]) - len(strings.TrimLeft(passage[0], " \t"))
	for i, line := range passage {
		blank := len(line) - len(strings.TrimLeft(line, " \t"))
		passage[i] = strings.TrimRight(line[min(indent, blank):], " \t\r")
	}
	return strings.Join(passage, "\n")
}

// lastLine is the number of the last line of the steps and examples, from 1.
func lastLine(lines []string, steps []*messages.Step, examples []*messages.Examples) int64 {
	end := steps[len(steps)-1]
	last := end.Location.Line
	if end.DocString != nil {
		last = end.DocString.Location.Line + 1
		for strings.TrimSpace(lines[last-1]) != end.DocString.Delimiter {
			last++
		}
	}
	if end.DataTable != nil {
		last = lastRow(last, end.DataTable.Rows)
	}
	for _, table := range examples {
		last = lastRow(last, table.TableBody)
	}
	return last
}

func lastRow(last int64, rows []*messages.TableRow) int64 {
	for _, row := range rows {
		last = max(last, row.Location.Line)
	}
	return last
}
