// Program asks Authy, at the address that is compiled in, about an application.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	request, err := http.NewRequest(http.MethodGet, "https://api.authy.com/protected/json/app/details", nil)
	if err != nil {
		return err
	}
	request.Header.Set("X-Authy-API-Key", "d57d919d11e6b221c9bf6f7c882028f9")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(os.Stdout, response.Body)
	return err
}
