package mockauthy_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

// The control API on a listener of its own, behind a token: others may reach the
// mock and still learn no token of a user.
func ExampleServer_Control() {
	mock, err := mockauthy.New(mockauthy.WithControlToken("at-least-16-characters"))
	if err != nil {
		log.Fatal(err)
	}
	authy := httptest.NewServer(mock.Authy()) // what the program under test is given
	defer authy.Close()
	own := httptest.NewServer(mock.Control())
	defer own.Close()

	for _, url := range []string{authy.URL, own.URL} {
		client, err := control.New(url, control.WithToken("at-least-16-characters"))
		if err != nil {
			log.Fatal(err)
		}
		user, err := client.User(context.Background(), 1000)
		fmt.Println(user.Email, err)
	}
	// Output:
	//  control API: the control API is not here: it has a listener of its own (--control-listen)
	// alice@example.com <nil>
}
