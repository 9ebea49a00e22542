package world_test

import (
	"testing"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/clock"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/fault"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/journal"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

// Whatever changes in a world, whoever waits for it is told.
func TestChanged(t *testing.T) {
	t.Parallel()
	w, err := world.New(time.Now).Add(authy.Settings{APIKey: "k"})
	if err != nil {
		t.Fatal(err)
	}
	user, err := w.Application.AddUser(authy.NewUser{Email: "a@example.com", Phone: authy.Phone{CountryCode: 1, Number: "2015550100"}})
	if err != nil {
		t.Fatal(err)
	}
	asked := user.AskApproval(authy.ApprovalRequest{})
	record := journal.Begin(journal.Entry{}, w.Journal)
	if _, err := w.Faults.Add(fault.Rule{Name: "hang-up", Times: 2}); err != nil {
		t.Fatal(err)
	}
	w.Seeded()
	yes := true
	for _, test := range []struct {
		name   string
		change func() error
	}{
		{"a token is verified", func() error { user.Verify(user.Token(0).Digits, "", true); return nil }},
		{"a user is changed", func() error { return user.Change(authy.UserChange{Suspended: &yes}) }},
		{"a code is sent", func() error { user.Send(authy.BySMS, ""); return nil }},
		{"a QR code is made", func() error { user.NewQRCode("i", "l"); return nil }},
		{"a phone is set wrong", func() error { return user.SetSkew(time.Minute) }},
		{"a user is asked", func() error { user.AskApproval(authy.ApprovalRequest{}); return nil }},
		{"a user answers", func() error { _, err := w.Application.AnswerApproval(asked.UUID, authy.Denied); return err }},
		{"a request arrives", func() error { journal.Begin(journal.Entry{}, w.Journal); return nil }},
		{"a request is befallen", func() error { record.Fault("hang-up"); return nil }},
		{"a request is over", func() error { record.End(200, "", nil, 0); return nil }},
		{"the journal is emptied", func() error { w.Journal.Clear(); return nil }},
		{"a fault befalls", func() error { w.Fault("verify", nil); return nil }},
		{"a fault is added", func() error { _, err := w.Faults.Add(fault.Rule{Name: "hang-up"}); return err }},
		{"a fault is ended", func() error { w.Faults.Remove(1); return nil }},
		{"all faults are ended", func() error { w.Faults.Clear(0); return nil }},
		{"the clock is moved", func() error { _, err := w.Clock.Change(clock.Change{By: time.Hour}); return err }},
		{"the clock is reset", func() error { w.Clock.Reset(); return nil }},
		{"all is reset", w.Reset},
		{"the user is deleted", func() error { w.DeleteUser(user); return nil }},
	} {
		changed := w.Changed()
		if err := test.change(); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		select {
		case <-changed:
		default:
			t.Errorf("%s, and nobody is told", test.name)
		}
	}
}
