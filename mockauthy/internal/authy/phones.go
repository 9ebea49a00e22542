package authy

import (
	"crypto/subtle"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Verification is that of a phone, by a code sent to it (Verify v1, which was a
// part of the Authy API).
type Verification struct {
	UUID  string
	Phone Phone
	code  string
	until time.Time
}

// SecondsLeft is for how long the code can still be verified.
func (v Verification) SecondsLeft(now time.Time) int64 {
	return max(0, int64(v.until.Sub(now)/time.Second))
}

// phones are the verifications that are pending.
type phones struct {
	mu      sync.Mutex
	pending map[Phone]Verification
}

// maxPending bounds the verifications that are pending at a time.
const maxPending = 100_000

// StartVerification would send a code to a phone. Started again, it sends the
// same code once more. An empty code asks for a random one of so many digits.
func (a *Application) StartVerification(phone Phone, by Way, code string, digits int) Verification {
	now := a.clock()
	a.phones.mu.Lock()
	defer a.phones.mu.Unlock()
	if a.phones.pending == nil {
		a.phones.pending = map[Phone]Verification{}
	}
	v, ok := a.phones.pending[phone]
	if !ok || !now.Before(v.until) {
		a.phones.forget(now)
		if code == "" {
			code = newCode(digits)
		}
		v = Verification{UUID: uuid.NewString(), Phone: phone, code: code, until: now.Add(codeLife)}
		a.phones.pending[phone] = v
	}
	a.post(Message{At: now, By: by, To: phone.String(), Code: v.code})
	return v
}

// forget makes room once there are very many.
func (p *phones) forget(now time.Time) {
	if len(p.pending) < maxPending {
		return
	}
	for phone, v := range p.pending {
		if !now.Before(v.until) || len(p.pending) >= maxPending {
			delete(p.pending, phone)
		}
	}
}

// Verification is the pending one of that phone or, without a phone, of that
// UUID. The second result is false where there is none.
func (a *Application) Verification(phone Phone, id string) (Verification, bool) {
	now := a.clock()
	a.phones.mu.Lock()
	defer a.phones.mu.Unlock()
	if v, ok := a.phones.pending[phone]; ok {
		return v, now.Before(v.until)
	}
	for _, v := range a.phones.pending {
		if id != "" && v.UUID == id {
			return v, now.Before(v.until)
		}
	}
	return Verification{}, false
}

// CheckVerification tells whether the code is that of the pending verification,
// which then is pending no more.
func (a *Application) CheckVerification(v Verification, code string) bool {
	if subtle.ConstantTimeCompare([]byte(v.code), []byte(code)) != 1 {
		return false
	}
	a.phones.mu.Lock()
	defer a.phones.mu.Unlock()
	if a.phones.pending[v.Phone].UUID != v.UUID {
		return false // somebody else was faster with the same code
	}
	delete(a.phones.pending, v.Phone)
	return true
}

func (p *phones) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pending = nil
}
