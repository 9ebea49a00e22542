package page_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused describes the element that has the focus, and whether a person sees that it
// does.
const focused = `(() => {
	const e = document.activeElement;
	const style = getComputedStyle(e);
	const name = e.id || e.textContent.trim().replace(/\s+/g, ' ');
	return (style.outlineStyle === 'none' ? 'unseen ' : '') + e.tagName.toLowerCase() + ' ' + name;
})()`

// press presses keys.
func (b *tab) press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// enter follows a link or sends a form, and waits until the page that comes says so:
// the one before may say it, too, as it is told of all changes.
func (b *tab) enter(expression string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void]("void (window.before = true)"))
	b.press(kb.Enter)
	b.until("!window.before && " + expression)
}

// tabTo presses the tabulator until that element has the focus, and wants each on the
// way to show that it has it.
func (b *tab) tabTo(element string) {
	b.t.Helper()
	var way []string
	for range 60 {
		b.press(kb.Tab)
		at := eval[string](b, focused)
		way = append(way, at)
		if strings.HasPrefix(at, "unseen ") {
			b.t.Errorf("nobody sees the focus at: %s", at)
		}
		if strings.HasPrefix(at, element) {
			return
		}
	}
	b.t.Fatalf("the tabulator does not lead to %q, but to\n%s", element, strings.Join(way, "\n"))
}

// Everything can be done without a mouse.
func TestKeyboard(t *testing.T) {
	r := newRig(t)
	b := r.open(t, desk)
	b.visit("/")
	b.tabTo("a Skip to content")
	b.press(kb.Enter)
	b.until("document.activeElement.id === 'main'")
	b.tabTo("input q")
	b.tabTo("summary Add a user")
	b.press(kb.Enter)
	b.tabTo("input email")
	b.press("dora@example.com")
	b.tabTo("input cellphone")
	b.press("201-555-0188")
	b.enter("document.querySelector('h1').textContent === 'dora@example.com'")

	b.tabTo("button Suspend")
	b.enter("document.querySelector('.states').innerText.includes('suspended')")
	b.tabTo("a Set a fault")
	b.enter("document.querySelector('h1').textContent === 'Faults'")
	id := r.mock.Snapshot().NextAuthyID - 1
	b.until(fmt.Sprintf("document.getElementById('authy_id').value === '%d'", id))
	b.tabTo("button Set hang-up")
	b.enter("document.querySelector('.banner')")
	b.tabTo("button Heal everything")
	b.enter("!document.querySelector('.banner')")

	r.authy(t, "GET", "/protected/json/app/details", "")
	b.tabTo("a Requests")
	b.enter("document.querySelector('.rows')")
	b.tabTo("a 12:00:03 200 GET app/details")
	b.enter("document.querySelector('#curl')")
	b.quiet()
}
