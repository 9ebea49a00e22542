package container_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"strings"

	"github.com/testcontainers/testcontainers-go"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container"
)

const seed = `
applications:
  - name: Example
    api_key: my-api-key
    users:
      - {authy_id: 1001, email: alice@example.com, cellphone: 201-555-0123, country_code: 1, confirmed: true}
`

func ExampleRun() {
	ctx := context.Background()
	// "make image" builds it without the tag, which is that of these tests.
	mock, err := container.Run(ctx, "sftpgo-authy/mockauthy:test", container.WithSeed(strings.NewReader(seed)))
	defer func() {
		if err := testcontainers.TerminateContainer(mock); err != nil {
			log.Print(err)
		}
	}()
	if err != nil {
		log.Print(err)
		return
	}
	url, err := mock.URL(ctx) // for the program under test
	if err != nil {
		log.Print(err)
		return
	}
	control, err := mock.ControlClient(ctx) // for the test itself
	if err != nil {
		log.Print(err)
		return
	}
	token, err := control.Token(ctx, 1001, 0)
	if err != nil {
		log.Print(err)
		return
	}
	answer, err := http.Get(url + "/protected/json/verify/" + token.Token + "/1001?force=true&api_key=my-api-key")
	if err != nil {
		log.Print(err)
		return
	}
	defer answer.Body.Close()
	fmt.Println(answer.Status)
	// Output:
	// 200 OK
}
