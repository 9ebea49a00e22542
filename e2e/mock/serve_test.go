package mock_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/mock"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

func TestServe(t *testing.T) {
	t.Parallel()
	const token = "token-of-the-control-api"
	settings, err := json.Marshal(mock.Settings{
		Listen: "127.0.0.1:0", APIKey: "key-of-the-hook", Digits: 6, AuthyIDs: []int64{7}, ControlToken: token,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	log, write := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- mock.Serve(ctx, string(settings), write)
		write.Close()
	}()
	lines := bufio.NewScanner(log)
	if !lines.Scan() {
		t.Fatal(<-ended)
	}
	var said struct{ Msg, Address string }
	if err := json.Unmarshal(lines.Bytes(), &said); err != nil || said.Msg != mock.Listening {
		t.Fatalf("%s: %v", lines.Text(), err)
	}
	go func() {
		for lines.Scan() { // nobody waits for its log to be read
		}
	}()
	client, err := control.New("http://"+said.Address, control.WithAPIKey("key-of-the-hook"), control.WithToken(token))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := client.Token(t.Context(), 7, 0); err != nil || len(got.Token) != 6 {
		t.Errorf("%+v, %v", got, err)
	}
	stranger, err := control.New("http://" + said.Address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Users(t.Context()); err == nil {
		t.Error("the control API is open to whoever has no token")
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestServeWantsSettings(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]string{
		"":                          "in JSON",
		`{"APIKey":"k","Listen":1}`: "in JSON",
		`{"APIKey":"key-of-the-hook","ControlToken":"short","Listen":"127.0.0.1:0"}`: "control token",
	} {
		if err := mock.Serve(t.Context(), settings, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", settings, err, want)
		}
	}
}
