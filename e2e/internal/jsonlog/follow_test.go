package jsonlog

import (
	"bytes"
	"slices"
	"testing"

	"github.com/moby/moby/api/pkg/stdcopy"
)

// frame is how the engine sends a piece of one of the streams.
func frame(stream stdcopy.StdType, text string) []byte {
	return append([]byte{byte(stream), 0, 0, 0, 0, 0, 0, byte(len(text))}, text...)
}

func TestFollowPutsLinesTogether(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	log.Write(frame(stdcopy.Stdout, "one\ntw"))
	log.Write(frame(stdcopy.Stderr, "an error\n"))
	log.Write(frame(stdcopy.Stdout, "o"))
	log.Write(frame(stdcopy.Stdout, "\n\nthree"))
	var got []string
	(&follower{each: func(line string) { got = append(got, line) }}).copy(&log)
	if want := []string{"one", "an error", "two", "", "three"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
