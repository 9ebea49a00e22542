// Package features is the rule book: what a login hook with a one-time token
// must do, in scenarios that an SFTPGo administrator can read. Package e2e makes
// them run.
package features

import "embed"

// FS holds the feature files.
//
//go:embed *.feature rules/*.feature
var FS embed.FS
