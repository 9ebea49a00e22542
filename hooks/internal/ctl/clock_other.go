//go:build !linux

package ctl

// clockSynchronized knows nothing here.
func clockSynchronized() (synchronized, known bool) { return false, false }
