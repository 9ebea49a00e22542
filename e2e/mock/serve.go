package mock

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// SettingsVariable is the variable of the environment that has the settings of
// [Serve].
const SettingsVariable = "HOOKCHECK_MOCK"

// Listening is what [Serve] logs when it can be asked.
const Listening = "the mock listens"

// Serve is a mock as a program of its own, for a container: it reads [Settings]
// from JSON, writes its log as lines of JSON, and ends with ctx.
func Serve(ctx context.Context, settings string, log io.Writer) error {
	var s Settings
	if err := json.Unmarshal([]byte(settings), &s); err != nil {
		return fmt.Errorf("want the settings of a mock in JSON: %w", err)
	}
	s.Log = slog.New(slog.NewJSONHandler(log, nil))
	m, err := Start(ctx, s)
	if err != nil {
		return err
	}
	s.Log.InfoContext(ctx, Listening, "address", m.address)
	<-ctx.Done()
	return m.Close()
}
