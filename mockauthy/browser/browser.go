// Package browser is a real browser for tests and pictures, without a window. It is
// no part of the mock.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// names are those of browsers that can be driven, by preference.
func names() []string {
	return []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"}
}

// Find is the path of a browser. An error says that there is none, and what to
// install.
func Find() (string, error) {
	for _, name := range names() {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no browser is found (" + strings.Join(names(), ", ") + "); apt-get install chromium")
}

// Window is what the browser shows pages in.
type Window struct {
	Width, Height int64 // in pixels
}

// Open starts a browser with one window. It ends with the returned function, or with
// ctx.
func Open(ctx context.Context, w Window) (tab context.Context, closeAll func(), err error) {
	path, err := Find()
	if err != nil {
		return nil, nil, err
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path),
		chromedp.WindowSize(int(w.Width), int(w.Height)),
		chromedp.Flag("disable-dev-shm-usage", true), // which is small in containers
		chromedp.Flag("no-proxy-server", true),       // nothing but this machine is asked
	)
	allocator, stop := chromedp.NewExecAllocator(ctx, options...)
	tab, leave := chromedp.NewContext(allocator)
	closeAll = func() {
		_ = chromedp.Cancel(tab) // waits until it is gone; how it went does not matter any more
		leave()
		stop()
	}
	if err := chromedp.Do(tab, chromedp.EmulateViewport(w.Width, w.Height)); err != nil {
		closeAll()
		return nil, nil, fmt.Errorf("start %s: %w", path, err)
	}
	return tab, closeAll, nil
}

// RequiredVariable is an environment variable. Set to anything, it makes a test fail
// that would be left out.
const RequiredVariable = "BROWSER_REQUIRED"

// Require leaves a test out where no browser is found, or fails it if one is
// required.
func Require(t testing.TB) {
	t.Helper()
	switch _, err := Find(); {
	case err != nil && os.Getenv(RequiredVariable) == "":
		t.Skipf("left out, because %v", err)
	case err != nil:
		t.Fatal(err)
	}
}

// ForTest is [Open] for a test that [Require] lets go on.
func ForTest(t testing.TB, w Window) context.Context {
	t.Helper()
	Require(t)
	tab, closeAll, err := Open(context.WithoutCancel(t.Context()), w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(closeAll)
	return tab
}
