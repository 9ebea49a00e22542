package page_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// The whole story of somebody who develops without Authy's app: create a user, read
// the token from the page, verify it, see the request arrive without reloading, set
// a fault, see the login fail and why, heal, log in.
func TestStory(t *testing.T) {
	r := newRig(t)
	b := r.open(t, desk)
	b.visit("/")
	b.untilText("Start here")
	b.do(
		chromedp.Click("summary h2"),
		chromedp.SendKeys("#email", "dora@example.com"),
		chromedp.SendKeys("#cellphone", "201-555-0188"),
		chromedp.SendKeys("#authy_id", "4711"),
		chromedp.Click("form.fields button"),
	)
	b.until("document.querySelector('h1').textContent === 'dora@example.com'")
	token := eval[string](b, "document.querySelector('.digits .unseen').textContent")
	if want := r.token(t, 4711); token != want {
		t.Fatalf("the page shows %s, want %s", token, want)
	}

	b.visit("/mock/1/requests")
	b.untilText("Nobody has asked anything yet.")
	b.until("!document.getElementById('live').hidden") // the stream is open
	eval[bool](b, "window.sameDocument = true")
	if s := r.verify(t, token, 4711); s.status != http.StatusOK {
		t.Fatalf("the token from the page: %d %s", s.status, s.text)
	}
	b.untilText("Token is valid.")
	r.verify(t, token, 4711)
	b.untilText("this token was used already, at 2026-11-22T12:00:03Z")
	if !eval[bool](b, "window.sameDocument === true") {
		t.Error("the page was loaded anew")
	}

	b.visit("/mock/1/faults")
	b.do(chromedp.Click(`.catalogue a[href*="fault=hang-up"]`))
	b.until("document.querySelector('#set h2').textContent === 'Set hang-up'")
	b.do(chromedp.SendKeys("#authy_id", "4711"), chromedp.Click("#set button"))
	b.untilText("A fault is in force")
	b.visit("/mock/1/requests")
	b.untilText("hang-up for dora@example.com, until it is healed")

	later := noon.Add(10 * time.Second)
	r.now.Store(&later)
	target := r.url + "/protected/json/verify/" + r.token(t, 4711) + "/4711?force=true&api_key=" + docsKey
	if response, err := http.Get(target); err == nil {
		response.Body.Close()
		t.Fatalf("in spite of the fault: %s", response.Status)
	}
	b.untilText("no answer hang-up")
	b.do(chromedp.Click(".banner button"))
	b.until("!document.querySelector('.banner')")
	if s := r.verify(t, r.token(t, 4711), 4711); s.status != http.StatusOK {
		t.Errorf("after all is healed: %d %s", s.status, s.text)
	}
	b.until("document.querySelectorAll('.rows .accepted').length === 2")
	b.quiet()
}

// What somebody types or has opened stays when the page is fetched again.
func TestLiveKeepsWhatIsTyped(t *testing.T) {
	r := newRig(t)
	b := r.open(t, desk)
	b.visit("/")
	b.until("!document.getElementById('live').hidden")
	eval[bool](b, "window.button = document.querySelector('#u1000 .copy'), true")
	b.do(chromedp.Click("summary h2"), chromedp.SendKeys("#email", "half@ex"))
	r.verify(t, "1234567", alice)
	b.until("!document.body.innerText.includes('Start here\\n\\nNobody')") // which an untouched mock shows
	b.do(chromedp.KeyEvent("ample.com"))
	if got := eval[string](b, "document.getElementById('email').value"); got != "half@example.com" {
		t.Errorf("typed: %q", got)
	}
	if !eval[bool](b, "document.getElementById('add').open && window.button.isConnected") {
		t.Error("what was opened is closed, or a button was replaced that somebody may be about to press")
	}
	b.quiet()
}

// The countdown runs, and at its end the next token is there. One click copies it.
func TestCountdownAndCopy(t *testing.T) {
	r := newRig(t)
	b := r.open(t, desk)
	almost := noon.Add(5500 * time.Millisecond) // 1.5 s before the next token
	r.now.Store(&almost)
	b.visit("/mock/1/users/1000")
	first := r.token(t, alice)
	if got := eval[string](b, "document.querySelector('.digits .unseen').textContent"); got != first {
		t.Errorf("the page shows %s, want %s", got, first)
	}
	b.until("document.querySelector('[data-ending] .next')")
	after := noon.Add(8 * time.Second)
	r.now.Store(&after)
	second := r.token(t, alice)
	b.until("document.querySelector('.digits .unseen').textContent === '" + second + "'")
	b.do(chromedp.Click(".token .copy"))
	b.until("document.getElementById('say').textContent === 'Copied " + second + "'")
	b.quiet()
}

// Nothing that clients have sent does anything in a real browser.
func TestHostileInBrowser(t *testing.T) {
	r := poison(t)
	b := r.open(t, desk)
	for _, path := range r.poisoned(t) {
		b.visit(path)
		b.until("document.readyState === 'complete' && document.documentElement.classList.contains('js')")
		if eval[bool](b, "'hacked' in window") {
			t.Fatalf("%s: a script runs that a client has sent", path)
		}
	}
	// Nor when it is fetched by the script.
	b.visit("/mock/1/requests")
	b.until("!document.getElementById('live').hidden")
	r.do(t, http.MethodGet, "/%3Cimg%20src=x%20onerror=hacked=1%3E", "", "X-Authy-API-Key", docsKey)
	b.until("[...document.querySelectorAll('.what')].some((e) => e.textContent.includes('onerror=hacked=1'))")
	if eval[bool](b, "'hacked' in window") {
		t.Error("a script runs that a client has sent")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		if !strings.HasPrefix(p, "network: Failed to load resource: the server responded with a status of 422") { // a form that was refused
			t.Errorf("the browser says: %s", p)
		}
	}
}

// Nobody has to scroll to the side, on the narrowest screen and whatever was sent.
func TestNarrow(t *testing.T) {
	r := poison(t)
	r.live(t)
	b := r.open(t, phone)
	for _, path := range append(pages(), "/mock/3/users", "/mock/3/users/7", "/mock/1/requests/4") {
		b.visit(path)
		if wide := eval[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
			t.Errorf("%s: %d pixels too wide, by %s", path, wide, eval[string](b, `[...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.tagName + '.' + e.className).slice(0, 3).join(' ')`))
		}
	}
}
