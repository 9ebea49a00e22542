// Package hooks holds the login hooks with which SFTPGo asks for an Authy
// one-time token.
//
// SFTPGo starts one of three programs per login: keyint for keyboard-interactive
// authentication (password, then token), extauth for external authentication
// (the token is the password), checkpwd for check password (the password
// followed by the token). Their decisions are the methods of [Decider], one
// request in and one answer out. [Program] is the front that reads a request
// from environment and standard input, and writes the answer to standard output;
// [Handler] is the one that SFTPGo asks over HTTP, which hookd serves.
// [Verifier] and [Directory] are where another token service, or another place
// to keep Authy IDs, plugs in: [AuthyClient] and [TOTP] are the token services
// that there are, and [Program.With] makes a program with an own one.
//
// A decision without any program around it, with the token of a password checked
// by Authy:
//
//	decider := hooks.Decider{
//		Verifier:    hooks.NewAuthyClient(base, hooks.NewSecret(key), nil),
//		Directory:   hooks.Users{"alice": {AuthyID: "1001"}},
//		TokenDigits: hooks.DefaultTokenDigits,
//	}
//	answer, err := decider.CheckPassword(ctx, hooks.CheckPasswordRequest{
//		Username: "alice",
//		Password: hooks.NewSecret("secret1234567"),
//	})
//	// answer.JSON() is what SFTPGo reads; err is why the login is denied.
//
// # Promises
//
//   - Fail closed: a login whose token is not proven right is denied, whatever
//     happened. "Proven" means HTTP status 200 and a JSON object with success
//     "true" (string or boolean) and token "is valid"; or, with [TOTP], the token
//     of a step that was never accepted before, now remembered on the disk.
//   - In time: the decision is there before AUTHY_DEADLINE has passed since the
//     start of the program or of the request, whatever blocks.
//   - Once: one login makes at most one request to Authy. Nothing is repeated, no
//     redirect is followed, and no text that is not a token is sent.
//   - Discreet: neither API key, token, password nor stored user appear in the
//     log, in an error or in a denial. User names in the log cannot forge lines
//     or steer a terminal.
//   - Nothing that SFTPGo could take for more than it is: no empty answer with
//     exit code 0 or over HTTP, no HTTP status 200 with a denial, no status 1 or
//     -1 of check password.
//
// # Exit codes
//
// 0 is an accepted login, 1 a denied one, 2 a wrong configuration or wrong
// arguments, which deny too. See [ExitAccepted], [ExitDenied] and [ExitConfig].
//
// The sources named in comments are the Authy API as documented by Twilio
// ("Authy API, verify"), RFCs, and functions of SFTPGo by name.
package hooks
