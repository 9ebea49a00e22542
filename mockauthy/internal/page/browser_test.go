package page_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/browser"
)

// patience is how long a test waits for what has to happen in a browser.
const patience = 30 * time.Second

// tab is a page in a real browser.
type tab struct {
	context.Context

	t   *testing.T
	url string

	mu       sync.Mutex
	problems []string // that the browser has told of
}

// desk and phone are windows.
var (
	desk  = browser.Window{Width: 1120, Height: 800}
	phone = browser.Window{Width: 320, Height: 640} // the least that WCAG 1.4.10 asks for
)

// open starts a browser, which listens to what goes wrong in the page. Tests with one
// do not run in parallel: it is as large as all the rest together.
func (r *rig) open(t *testing.T, w browser.Window) *tab {
	t.Helper()
	b := &tab{Context: browser.ForTest(t, w), t: t, url: r.url}
	err := chromedp.Listen(b, func(event any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch event := event.(type) {
		case *runtime.EventExceptionThrown:
			b.problems = append(b.problems, event.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			b.problems = append(b.problems, fmt.Sprintf("%s: %s", event.Entry.Source, event.Entry.Text))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// do takes steps that a person would.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// visit opens a page.
func (b *tab) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
}

// eval is what an expression of JavaScript comes to.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return value
}

// until waits for an expression to become true, whatever page is shown by then.
func (b *tab) until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b, patience)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")")); err == nil && ok {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			b.t.Fatalf("it never comes true: %s; the page is\n%s", expression, eval[string](b, "location.href + ' ' + document.body.innerText"))
		}
	}
}

// untilText waits for words on the page.
func (b *tab) untilText(words string) {
	b.t.Helper()
	b.until(fmt.Sprintf("document.body.innerText.includes(%q)", words))
}

// quiet wants the browser to have told of no problem.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		b.t.Errorf("the browser says: %s", p)
	}
}
