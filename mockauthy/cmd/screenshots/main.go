// Command screenshots makes the pictures of the page that the README shows: it
// serves a mock with some users, asks it a little, and takes them with a real
// browser.
//
// Usage: screenshots DIRECTORY
package main

import (
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole command: it exits with 0 if all pictures were taken, 1 if not,
// 2 without a directory.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) != 2 {
		fmt.Fprintln(stderr, "usage: screenshots DIRECTORY")
		return 2
	}
	if err := takeAll(ctx, args[1], stdout); err != nil {
		fmt.Fprintf(stderr, "screenshots: %v\n", err)
		return 1
	}
	return 0
}

func takeAll(ctx context.Context, dir string, stdout io.Writer) error {
	mock, err := scene(ctx)
	if err != nil {
		return err
	}
	server := httptest.NewServer(mock)
	defer server.Close()
	for _, p := range pictures() {
		png, err := p.take(ctx, server.URL)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		file := filepath.Join(dir, p.name+".png")
		if err := os.WriteFile(file, png, 0o644); err != nil { //nolint:gosec // a picture for everybody
			return err
		}
		fmt.Fprintf(stdout, "%s: %d KB\n", file, len(png)/1000)
	}
	return nil
}
