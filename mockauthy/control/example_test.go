package control_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// A test asks the mock for a token, has Authy fail once, and looks at what the
// program under test has asked.
func Example() {
	// Elsewhere this is a container or the command mockauthy.
	mock, err := mockauthy.New()
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(mock)
	defer server.Close()

	ctx := context.Background()
	authy, err := control.New(server.URL, control.WithHTTPClient(server.Client()))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := authy.AddUser(ctx, control.NewUser{
		AuthyID:     4711,
		Email:       "bob@example.com",
		Cellphone:   "201-555-0124",
		CountryCode: 1,
		Confirmed:   true,
	}); err != nil {
		log.Fatal(err)
	}
	if _, err := authy.AddFault(ctx, control.Fault{Name: "answer", Status: 503, AuthyID: 4711, Times: 1}); err != nil {
		log.Fatal(err)
	}

	token, err := authy.Token(ctx, 4711, 0)
	if err != nil {
		log.Fatal(err)
	}
	logIn(server, token.Token)
	logIn(server, token.Token)

	requests, err := authy.Requests(ctx, control.Filter{AuthyID: 4711})
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range requests {
		fmt.Printf("%s %d %q\n", r.Endpoint, r.Status, r.Outcome)
	}
	// Output:
	// verify 503 ""
	// verify 200 "Token is valid."
}

// A test sets the mock's clock, and needs no patience.
func ExampleClient_SetClock() {
	mock, err := mockauthy.New()
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	authy, err := control.New("http://mock.example", control.WithHTTPClient(mock.Client()))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := authy.FreezeClock(ctx); err != nil {
		log.Fatal(err)
	}
	if _, err := authy.SetClock(ctx, time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)); err != nil {
		log.Fatal(err)
	}
	clock, err := authy.AdvanceClock(ctx, 10*time.Second)
	if err != nil {
		log.Fatal(err)
	}
	token, err := authy.Token(ctx, 1000, 0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(clock.Time, token.Token)
	// Output:
	// 2026-01-01 00:00:10 +0000 UTC 4446183
}

// A test waits for what the program under test asks, and learns why it was
// refused.
func ExampleClient_WaitForRequests() {
	mock, err := mockauthy.New()
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(mock)
	defer server.Close()

	ctx := context.Background()
	authy, err := control.New(server.URL, control.WithHTTPClient(server.Client()))
	if err != nil {
		log.Fatal(err)
	}
	go logIn(server, "123456")
	requests, err := authy.WaitForRequests(ctx, control.Filter{Endpoint: "verify", Status: http.StatusUnauthorized}, 5*time.Second)
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range requests {
		fmt.Println(r.Outcome, "-", r.Why)
	}
	// Output:
	// User doesn't exist - the user does not exist
}

// logIn is the program under test.
func logIn(authy *httptest.Server, token string) {
	request, err := http.NewRequest(http.MethodGet, authy.URL+"/protected/json/verify/"+token+"/4711?force=true", nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("X-Authy-API-Key", "d57d919d11e6b221c9bf6f7c882028f9")
	response, err := authy.Client().Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		log.Fatal(err)
	}
}
