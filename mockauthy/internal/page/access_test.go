package page_test

import (
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// What can be told of a page without a browser: names of controls, order of
// headings, landmarks, identifiers.
func TestAccessible(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.live(t)
	empty := newRig(t)
	titles := map[string]string{}
	for _, path := range pages() {
		for name, from := range map[string]*rig{"live": r, "untouched": empty} {
			s := from.do(t, http.MethodGet, path, "")
			d := readDocument(t, name+" "+path, s)
			d.check(t)
			if other := titles[d.title]; name == "live" && other != "" && !strings.HasPrefix(path, "/mock/1/faults?") && !strings.HasPrefix(path, "/mock/1/users?") && s.status == http.StatusOK {
				t.Errorf("%s has the title of %s: %s", path, other, d.title)
			}
			if name == "live" {
				titles[d.title] = path
			}
		}
	}
	for _, path := range []string{"/mock/1/users", "/mock/1/faults", "/mock/1/clock/set"} { // refused
		readDocument(t, path, r.do(t, http.MethodPost, path, "")).check(t)
	}
	closed := newRig(t, mockauthy.WithControlToken(controlToken))
	readDocument(t, "log in", closed.do(t, http.MethodPost, "/mock/login", "")).check(t)
}

// document is a page as assistive technology meets it.
type document struct {
	path     string
	title    string
	ids      map[string]*html.Node
	labelled map[string]bool // by a label element with for
	elements []*html.Node
}

func readDocument(t *testing.T, path string, s seen) document {
	t.Helper()
	d := document{path: path, ids: map[string]*html.Node{}, labelled: map[string]bool{}}
	for n := range s.tree(t).Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		d.elements = append(d.elements, n)
		if id := attribute(n, "id"); id != "" {
			if d.ids[id] != nil {
				t.Errorf("%s: the id %s comes twice", path, id)
			}
			d.ids[id] = n
		}
		switch n.Data {
		case "label":
			d.labelled[attribute(n, "for")] = true
		case "title":
			d.title = text(n)
		}
	}
	return d
}

// text is what is read out of an element.
func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (d document) check(t *testing.T) {
	t.Helper()
	count, level := map[string]int{}, 0
	for _, n := range d.elements {
		count[n.Data]++
		d.checkReferences(t, n)
		switch n.Data {
		case "html":
			if attribute(n, "lang") != "en" {
				t.Errorf("%s: no language", d.path)
			}
		case "h1", "h2", "h3", "h4":
			now := int(n.Data[1] - '0')
			if now > level+1 || text(n) == "" {
				t.Errorf("%s: heading %d after %d: %q", d.path, now, level, text(n))
			}
			level = now
		case "input", "select", "textarea":
			if attribute(n, "type") != "hidden" && !d.labelled[attribute(n, "id")] && n.Parent.Data != "label" {
				t.Errorf("%s: the control %s has no label", d.path, attribute(n, "name"))
			}
		case "button", "a", "summary", "label", "option":
			if text(n) == "" {
				t.Errorf("%s: an empty %s: %v", d.path, n.Data, n.Attr)
			}
		case "img":
			if attribute(n, "alt") == "" {
				t.Errorf("%s: a picture without words", d.path)
			}
		case "nav":
			if attribute(n, "aria-label") == "" {
				t.Errorf("%s: a navigation without a name", d.path)
			}
		case "svg":
			if attribute(n, "aria-hidden") != "true" {
				t.Errorf("%s: a drawing is read out", d.path)
			}
		}
	}
	for _, once := range []string{"h1", "main", "title", "header"} {
		if count[once] != 1 {
			t.Errorf("%s: %d of %s, want one", d.path, count[once], once)
		}
	}
}

// checkReferences wants what an element names to be there.
func (d document) checkReferences(t *testing.T, n *html.Node) {
	t.Helper()
	for _, name := range []string{"for", "aria-labelledby", "data-copy-of"} {
		if id := attribute(n, name); id != "" && d.ids[id] == nil {
			t.Errorf("%s: %s=%q names nothing", d.path, name, id)
		}
	}
	if to, ok := strings.CutPrefix(attribute(n, "href"), "#"); ok && d.ids[to] == nil {
		t.Errorf("%s: the link #%s leads nowhere", d.path, to)
	}
	if index := attribute(n, "tabindex"); index != "" && index != "0" && index != "-1" {
		t.Errorf("%s: tabindex %s changes the order", d.path, index)
	}
}

// palette are the colours of tokens.css, by name.
type palette map[string]string

var colour = regexp.MustCompile(`--([a-z-]+):\s*(#[0-9a-f]{6});`)

func palettes(t *testing.T) map[string]palette {
	t.Helper()
	css, err := os.ReadFile("static/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, ok := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("tokens.css has no dark colours")
	}
	all := map[string]palette{"light": {}, "dark": {}}
	for name, part := range map[string]string{"light": light, "dark": dark} {
		for _, c := range colour.FindAllStringSubmatch(part, -1) {
			all[name][c[1]] = c[2]
		}
	}
	if len(all["light"]) != len(all["dark"]) || len(all["light"]) < 15 {
		t.Errorf("%d light colours, %d dark ones", len(all["light"]), len(all["dark"]))
	}
	return all
}

// Text has a contrast of 4.5 to what it stands on, and edges and marks one of 3 (WCAG
// 2.2, 1.4.3 and 1.4.11), in both schemes.
func TestContrast(t *testing.T) {
	t.Parallel()
	grounds := []string{"paper", "surface", "sunken"}
	for scheme, colours := range palettes(t) {
		atLeast := func(least float64, front string, on ...string) {
			for _, ground := range on {
				if got := contrast(t, colours[front], colours[ground]); got < least {
					t.Errorf("%s: %s on %s: %.2f, want %.1f", scheme, front, ground, got, least)
				}
			}
		}
		for _, front := range []string{"ink", "ink-soft", "accent", "accent-strong", "good", "bad", "warn"} {
			atLeast(4.5, front, grounds...)
		}
		atLeast(4.5, "good", "good-wash")
		atLeast(4.5, "bad", "bad-wash")
		atLeast(4.5, "warn", "warn-wash")
		atLeast(4.5, "on-accent", "accent", "accent-strong")
		for _, front := range []string{"edge", "focus", "accent", "good", "bad", "warn"} {
			atLeast(3, front, grounds...)
		}
		atLeast(3, "focus", "warn-wash", "bad-wash")
	}
}

// contrast is that of two colours (WCAG 2.2, contrast ratio).
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) != 7 {
		t.Fatalf("no colour: %q", hex)
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// The styles have no colours but the tokens, move nothing for who wants nothing
// moved, and load nothing.
func TestStyles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("static/*.css")
	if err != nil || len(files) < 4 {
		t.Fatalf("%q, %v", files, err)
	}
	literal := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(`)
	quiet := regexp.MustCompile(`(?s)@media \(prefers-reduced-motion: no-preference\) \{.*?\n\}\n`)
	unknown := palettes(t)["light"]
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		css := string(raw)
		if strings.Contains(css, "url(") || strings.Contains(css, "@import") {
			t.Errorf("%s loads something", file)
		}
		if strings.HasSuffix(file, "tokens.css") {
			continue
		}
		for _, found := range literal.FindAllString(css, -1) {
			if found != "#fff" { // under a QR code, which needs it
				t.Errorf("%s: the colour %s is no token", file, found)
			}
		}
		if rest := quiet.ReplaceAllString(css, ""); regexp.MustCompile(`\b(transition|animation)\b`).MatchString(rest) {
			t.Errorf("%s moves something for everybody", file)
		}
		for _, use := range regexp.MustCompile(`var\(--((?:paper|surface|sunken|ink|line|edge|accent|on|good|bad|warn|focus)[a-z-]*)\)`).FindAllStringSubmatch(css, -1) {
			if unknown[use[1]] == "" {
				t.Errorf("%s: there is no token --%s", file, use[1])
			}
		}
	}
}
