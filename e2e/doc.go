// Package e2e runs the scenarios of the features folder against a real SFTPGo
// server, with the hooks of this repository and a mock Authy beside it.
//
// They need Docker and SFTPGo's image. Where these are missing the scenarios are
// left out, unless E2E_REQUIRED is set: then it is a failure. SFTPGO_IMAGE names
// another image.
package e2e
