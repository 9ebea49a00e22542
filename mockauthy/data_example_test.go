package mockauthy_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// A token that was used before a restart is used after it.
func ExampleWithData() {
	dir, err := os.MkdirTemp("", "mockauthy")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "mock.db")

	before, err := mockauthy.New(mockauthy.WithData(file))
	if err != nil {
		log.Fatal(err)
	}
	if err := before.Clock().Freeze(); err != nil {
		log.Fatal(err)
	}
	token, err := before.Token(1000)
	if err != nil {
		log.Fatal(err)
	}
	verify := "https://api.authy.com/protected/json/verify/" + token + "/1000?force=true"
	get(before.Client(), verify)
	if err := before.Close(); err != nil {
		log.Fatal(err)
	}

	after, err := mockauthy.New(mockauthy.WithData(file))
	if err != nil {
		log.Fatal(err)
	}
	defer after.Close()
	fmt.Println("after a restart:")
	get(after.Client(), verify)
	// Output:
	// 200 {"message":"Token is valid.","token":"is valid","success":"true"}
	// after a restart:
	// 401 {"message":"Token is invalid. Token was used recently","success":false,"errors":{"message":"Token is invalid. Token was used recently"},"error_code":"60019"}
}
