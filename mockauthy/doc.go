// Package mockauthy is a mock of Twilio's Authy API, for whoever develops or
// tests a program that asks Authy for one-time tokens. Authy shut its sandbox
// in 2021 and takes no new customers.
//
// A [Server] is an http.Handler that answers as Authy does. Tokens are real
// (RFC 6238), so a user's current one has to be asked for, by [Server.Token] or
// over the control API (package control). In a test:
//
//	mock := mockauthy.ForTest(t)
//	client := mock.Client() // reaches the mock at any URL, without a port
//
// The command mockauthy serves the same handler over TCP, to unchanged programs
// too: as an HTTPS server or as their HTTP proxy.
package mockauthy
