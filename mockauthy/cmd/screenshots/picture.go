package main

import (
	"context"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/browser"
)

// picture is one of a page.
type picture struct {
	name, path, scheme string
	window             browser.Window
}

func pictures() []picture {
	desk, phone := browser.Window{Width: 1120, Height: 720}, browser.Window{Width: 390, Height: 844}
	return []picture{
		{"page-light", "/", "light", desk},
		{"page-dark", "/mock/1/requests", "dark", desk},
		{"page-phone", "/", "light", phone},
	}
}

// take shows the page in a browser and takes the picture.
func (p picture) take(ctx context.Context, url string) (png []byte, err error) {
	tab, closeAll, err := browser.Open(ctx, p.window)
	if err != nil {
		return nil, err
	}
	defer closeAll()
	scheme := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: p.scheme}}}
	if _, err := chromedp.Call(tab, emulation.SetEmulatedMedia, scheme); err != nil {
		return nil, err
	}
	err = chromedp.Do(tab,
		chromedp.Navigate(url+p.path),
		chromedp.WaitReady("#live:not([hidden])"), // the script runs, and the stream is open
	)
	if err != nil {
		return nil, err
	}
	if png, err = chromedp.Run(tab, chromedp.CaptureScreenshot()); err != nil {
		return nil, err
	}
	return shrink(png)
}
