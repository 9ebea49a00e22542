package report

import (
	"fmt"
	"io"
	"strconv"
	"sync"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/rulebook"
)

// Progress tells while the suite runs what has come of each rule, a line each. It
// may be told by several goroutines.
type Progress struct {
	w      io.Writer
	style  style
	strict bool
	total  int
	widest int // of the IDs

	mu   sync.Mutex
	done int
}

// NewProgress tells about these rules.
func NewProgress(w io.Writer, rules []rulebook.Rule, strict, colored bool) *Progress {
	p := &Progress{w: w, style: style{colored}, strict: strict, total: len(rules)}
	for _, rule := range rules {
		p.widest = max(p.widest, len(rule.ID))
	}
	return p
}

// Done tells what has come of a rule.
func (p *Progress) Done(o Outcome) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	_, err := fmt.Fprintf(p.w, "%*d/%d %s %-*s  %s\n", len(strconv.Itoa(p.total)), p.done, p.total,
		p.style.word(Report{Strict: p.strict}, o), p.widest, printable(o.Rule.ID), printable(o.Rule.Title))
	return err
}
