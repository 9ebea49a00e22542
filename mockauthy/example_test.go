package mockauthy_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// get prints what a URL answers, as your own program might ask for it.
func get(client *http.Client, url string) {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("X-Authy-API-Key", "d57d919d11e6b221c9bf6f7c882028f9")
	response, err := client.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.StatusCode, string(body))
}

// A program that has Authy's address compiled in is given the mock's client.
// In a test, mockauthy.ForTest(t) is shorter than New.
func Example() {
	mock, err := mockauthy.New()
	if err != nil {
		log.Fatal(err)
	}
	client := mock.Client()
	get(client, "https://api.authy.com/protected/json/app/details")
	get(client, "https://api.authy.com/protected/json/verify/0000000/4711?force=true")
	// Output:
	// 200 {"app":{"name":"Authy Docs","plan":"starter","sms_enabled":true,"phone_calls_enabled":true,"app_id":1,"onetouch_enabled":true},"message":"Application information.","success":true}
	// 401 {"message":"User doesn't exist","success":false,"errors":{"message":"User doesn't exist"},"error_code":"60016"}
}

// Tokens are real ones, and each works once.
func ExampleServer_Token() {
	mock, err := mockauthy.New()
	if err != nil {
		log.Fatal(err)
	}
	token, err := mock.Token(1000) // the user whom a server knows that was told of none
	if err != nil {
		log.Fatal(err)
	}
	get(mock.Client(), "https://api.authy.com/protected/json/verify/"+token+"/1000?force=true")
	get(mock.Client(), "https://api.authy.com/protected/json/verify/"+token+"/1000?force=true")
	// Output:
	// 200 {"message":"Token is valid.","token":"is valid","success":"true"}
	// 401 {"message":"Token is invalid. Token was used recently","success":false,"errors":{"message":"Token is invalid. Token was used recently"},"error_code":"60019"}
}

// A program that runs on its own needs a port.
func ExampleServer() {
	mock, err := mockauthy.New()
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(mock)
	defer server.Close()
	get(server.Client(), server.URL+"/protected/json/verify/nonsense/1000?force=true")
	// Output:
	// 401 {"message":"Token is invalid","token":"is invalid","success":false,"errors":{"message":"Token is invalid"},"error_code":"60020"}
}

// With a clock of one's own a token is the same whenever the test runs.
func ExampleWithClock() {
	now := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	mock, err := mockauthy.New(mockauthy.WithClock(func() time.Time { return now }))
	if err != nil {
		log.Fatal(err)
	}
	first, err := mock.Token(1000)
	if err != nil {
		log.Fatal(err)
	}
	now = now.Add(10 * time.Second)
	second, err := mock.Token(1000)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(first, second)
	// Output:
	// 0686241 4446183
}

// A test need not wait for the next token, nor for the last one to run out.
func ExampleServer_Clock() {
	mock, err := mockauthy.New()
	if err != nil {
		log.Fatal(err)
	}
	clock := mock.Clock()
	if err := clock.Freeze(); err != nil {
		log.Fatal(err)
	}
	token, err := mock.Token(1000)
	if err != nil {
		log.Fatal(err)
	}
	if err := clock.Advance(20 * time.Second); err != nil {
		log.Fatal(err)
	}
	get(mock.Client(), "https://api.authy.com/protected/json/verify/"+token+"/1000?force=true")
	// Output:
	// 401 {"message":"Token is invalid","token":"is invalid","success":false,"errors":{"message":"Token is invalid"},"error_code":"60020"}
}

// A test lets Authy fail once, as it has failed before.
func ExampleServer_AddFault() {
	mock, err := mockauthy.New()
	if err != nil {
		log.Fatal(err)
	}
	if _, err := mock.AddFault(control.Fault{Name: "answer", Status: 503, Body: "busy", Endpoint: "verify", Times: 1}); err != nil {
		log.Fatal(err)
	}
	get(mock.Client(), "https://api.authy.com/protected/json/verify/nonsense/1000?force=true")
	get(mock.Client(), "https://api.authy.com/protected/json/verify/nonsense/1000?force=true")
	// Output:
	// 503 busy
	// 401 {"message":"Token is invalid","token":"is invalid","success":false,"errors":{"message":"Token is invalid"},"error_code":"60020"}
}

// Tests that share a mock leave it as they found it.
func ExampleServer_Restore() {
	mock, err := mockauthy.New()
	if err != nil {
		log.Fatal(err)
	}
	before := mock.Snapshot()
	if _, err := mock.AddFault(control.Fault{Name: "hang-up"}); err != nil {
		log.Fatal(err)
	}
	if err := mock.Restore(before); err != nil {
		log.Fatal(err)
	}
	get(mock.Client(), "https://api.authy.com/protected/json/verify/nonsense/1000?force=true")
	// Output:
	// 401 {"message":"Token is invalid","token":"is invalid","success":false,"errors":{"message":"Token is invalid"},"error_code":"60020"}
}

func ExampleWithApplications() {
	mock, err := mockauthy.New(mockauthy.WithApplications(mockauthy.Application{
		Name:   "My SFTPGo",
		APIKey: "d57d919d11e6b221c9bf6f7c882028f9",
		Tokens: mockauthy.Tokens{Digits: 6, Step: 30 * time.Second},
		Users: []mockauthy.User{
			{AuthyID: 4711, Email: "bob@example.com", Cellphone: "201-555-0124", CountryCode: 1, Confirmed: true},
		},
	}))
	if err != nil {
		log.Fatal(err)
	}
	token, err := mock.Token(4711)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(token), "digits")
	get(mock.Client(), "https://api.authy.com/protected/json/verify/"+token+"/4711?force=true")
	// Output:
	// 6 digits
	// 200 {"message":"Token is valid.","token":"is valid","success":"true"}
}

// A server knows two applications: its methods are about the first, unless they
// are told of another.
func ExampleServer_Application() {
	user := mockauthy.User{AuthyID: 1000, Email: "alice@example.com", Cellphone: "201-555-0123", CountryCode: 1}
	mock, err := mockauthy.New(mockauthy.WithApplications(
		mockauthy.Application{Name: "Production", APIKey: "first-api-key"},
		mockauthy.Application{Name: "Staging", APIKey: "second-api-key", Users: []mockauthy.User{user}},
	))
	if err != nil {
		log.Fatal(err)
	}
	staging, err := mock.Application("second-api-key")
	if err != nil {
		log.Fatal(err)
	}
	token, err := staging.Token(1000)
	if err != nil {
		log.Fatal(err)
	}
	_, err = mock.Token(1000)
	fmt.Println(len(token), err)
	// Output:
	// 7 mockauthy: no user 1000
}

func ExampleLoadSeed() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "seed.yaml")
	err = os.WriteFile(file, []byte(`
applications:
  - name: My SFTPGo
    api_key: d57d919d11e6b221c9bf6f7c882028f9
    users:
      - authy_id: 4711
        email: bob@example.com
        cellphone: 201-555-0124
        country_code: 1
`), 0o600)
	if err != nil {
		log.Fatal(err)
	}

	applications, err := mockauthy.LoadSeed(file)
	if err != nil {
		log.Fatal(err)
	}
	mock, err := mockauthy.New(mockauthy.WithApplications(applications...))
	if err != nil {
		log.Fatal(err)
	}
	get(mock.Client(), "https://api.authy.com/protected/json/app/details")
	// Output:
	// 200 {"app":{"name":"My SFTPGo","plan":"","sms_enabled":true,"phone_calls_enabled":true,"app_id":1,"onetouch_enabled":true},"message":"Application information.","success":true}
}
