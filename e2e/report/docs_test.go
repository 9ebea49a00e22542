package report_test

import (
	"encoding/json"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/report"
)

// docs/reports.md describes each field of the JSON.
func TestFieldsAreDescribed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/reports.md")
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for _, match := range regexp.MustCompile("`(?:[a-z]+\\[\\]\\.)?([a-z_]+)`").FindAllStringSubmatch(string(text), -1) {
		described[match[1]] = true
	}
	var doc any
	if err := json.Unmarshal([]byte(write(t, report.WriteJSON, sample())), &doc); err != nil {
		t.Fatal(err)
	}
	fields(doc, func(name string) {
		if !described[name] {
			t.Errorf("docs/reports.md says nothing of %s", name)
		}
	})
}

func fields(value any, found func(string)) {
	switch value := value.(type) {
	case map[string]any:
		for name, below := range value {
			found(name)
			fields(below, found)
		}
	case []any:
		for _, below := range value {
			fields(below, found)
		}
	}
}

var (
	palette = regexp.MustCompile(`(?s):root \{(.*?)\}`)
	colour  = regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6})`)
)

// Whoever sees badly reads everything, in light and dark: WCAG 2 wants a contrast
// of 4.5 at level AA.
func TestContrast(t *testing.T) {
	t.Parallel()
	style, err := os.ReadFile("report.css")
	if err != nil {
		t.Fatal(err)
	}
	palettes := palette.FindAllStringSubmatch(string(style), -1)
	for i, scheme := range []string{"light", "dark"} {
		colours := map[string]string{}
		for _, match := range colour.FindAllStringSubmatch(palettes[i][1], -1) {
			colours[match[1]] = match[2]
		}
		for ground, texts := range map[string]string{
			"page": "text soft link", "card": "text soft link failed error", "text": "card",
			"sunken":       "text soft client sftpgo hook authy",
			"skipped-wash": "text soft client sftpgo hook authy",
			"failed-wash":  "text soft link failed", "error-wash": "text soft link error",
			"passed": "on-mark", "failed": "on-mark", "error": "on-mark", "skipped": "on-mark",
		} {
			for text := range strings.FieldsSeq(texts) {
				if got := contrast(t, colours[text], colours[ground]); got < 4.5 {
					t.Errorf("%s: %s on %s has a contrast of %.2f, want 4.5", scheme, text, ground, got)
				}
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light, dark := luminance(t, a), luminance(t, b)
	return (max(light, dark) + 0.05) / (min(light, dark) + 0.05)
}

// luminance is relative, as WCAG 2 defines it.
func luminance(t *testing.T, rgb string) float64 {
	t.Helper()
	value, err := strconv.ParseUint(rgb, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for shift, weight := range map[int]float64{16: 0.2126, 8: 0.7152, 0: 0.0722} {
		part := float64(value>>shift&0xff) / 255
		if part <= 0.03928 {
			sum += weight * part / 12.92
		} else {
			sum += weight * math.Pow((part+0.055)/1.055, 2.4)
		}
	}
	return sum
}
