package ctl

import "syscall"

// unsynchronized is STA_UNSYNC of adjtimex(2).
const unsynchronized = 0x40

// clockSynchronized asks the kernel, which NTP services tell, whether its clock
// is right.
func clockSynchronized() (synchronized, known bool) {
	var state syscall.Timex
	if _, err := syscall.Adjtimex(&state); err != nil {
		return false, false
	}
	return state.Status&unsynchronized == 0, true
}
