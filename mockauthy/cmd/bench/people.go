package main

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

const (
	apiKey = "d57d919d11e6b221c9bf6f7c882028f9"
	// secret is that of all users, so that the token of one is that of all.
	secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	// firstID is the Authy ID of the first of them.
	firstID = 1000
)

// people are so many users, numbered from firstID.
func people(n int) []mockauthy.User {
	users := make([]mockauthy.User, n)
	for i := range users {
		users[i] = mockauthy.User{
			AuthyID:     int64(firstID + i),
			Email:       "user" + strconv.Itoa(i) + "@example.com",
			Cellphone:   strconv.Itoa(2_010_000_000 + i),
			CountryCode: 1,
			Secret:      secret,
			Confirmed:   true,
		}
	}
	return users
}

// seed is the same people as a seed file.
func seed(n int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "applications:\n  - name: Bench\n    api_key: %s\n    users:\n", apiKey)
	for _, u := range people(n) {
		fmt.Fprintf(&b, "      - {authy_id: %d, email: %s, cellphone: %q, country_code: 1, secret: %s, confirmed: true}\n", u.AuthyID, u.Email, u.Cellphone, u.Secret)
	}
	return b.Bytes()
}
