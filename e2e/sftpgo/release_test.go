package sftpgo

import "testing"

func TestParseRelease(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]Release{
		"SFTPGo 2.7.5-9888a3d1 +metrics +bolt": {2, 7, 5},
		"\x01\x00SFTPGo 2.10.0-dev\n":          {2, 10, 0},
	} {
		if got, err := parseRelease(said); err != nil || got != want {
			t.Errorf("%q: %v, %v, want %v", said, got, err, want)
		}
	}
	for _, said := range []string{"", "sftpgo: not found", "SFTPGo 2.7", "SFTPGo 99999999999999999999.1.0"} {
		if got, err := parseRelease(said); err == nil {
			t.Errorf("%q: %v, want an error", said, got)
		}
	}
}

func TestBefore(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b Release
		want bool
	}{
		{Release{2, 4, 0}, Release{2, 5, 0}, true},
		{Release{2, 5, 0}, Release{2, 5, 0}, false},
		{Release{2, 5, 1}, Release{2, 5, 6}, true},
		{Release{2, 5, 6}, Release{2, 5, 1}, false},
		{Release{2, 10, 0}, Release{2, 9, 0}, false},
		{Release{2, 9, 0}, Release{3, 0, 0}, true},
		{Release{3, 0, 0}, Release{2, 9, 0}, false},
	} {
		if got := test.a.Before(test.b); got != test.want {
			t.Errorf("%s before %s: %t, want %t", test.a, test.b, got, test.want)
		}
	}
}
