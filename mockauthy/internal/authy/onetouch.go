package authy

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// ApprovalStatus is what became of an approval request.
type ApprovalStatus string

// The statuses of an approval request.
const (
	Pending  ApprovalStatus = "pending"
	Approved ApprovalStatus = "approved"
	Denied   ApprovalStatus = "denied"
	Expired  ApprovalStatus = "expired"
)

// Detail is one that is shown with an approval request, or hidden from the user.
type Detail struct {
	Name, Value string
}

// Logo is a picture that is shown with an approval request, for screens of one
// resolution: default, low, med or high.
type Logo struct {
	Resolution, URL string
}

// ApprovalRequest is a OneTouch request: a question on the user's phone, to be
// approved or denied.
type ApprovalRequest struct {
	UUID    string
	AuthyID int64
	Email   string
	Message string
	Details []Detail
	Hidden  []Detail
	Logos   []Logo
	Created time.Time
	// SecondsToExpire after which nobody can answer any more; 0 is never.
	SecondsToExpire int64
	// Processed is when it was answered or has expired; zero while it is pending.
	Processed time.Time
	Status    ApprovalStatus
}

// oneTouch keeps the newest approval requests.
type oneTouch struct {
	mu       sync.Mutex
	requests map[string]*ApprovalRequest
	order    []string
}

// maxApprovals is how many approval requests an application remembers.
const maxApprovals = 10_000

// AskApproval puts a question to the user.
func (u *User) AskApproval(r ApprovalRequest) ApprovalRequest {
	r.UUID, r.AuthyID, r.Email = uuid.NewString(), u.id, u.Email()
	r.Created, r.Status = u.app.clock(), Pending
	defer u.app.unkept.watcher.Ring()
	o := &u.app.oneTouch
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.requests == nil {
		o.requests = map[string]*ApprovalRequest{}
	}
	if len(o.order) == maxApprovals {
		delete(o.requests, o.order[0])
		o.order = slices.Delete(o.order, 0, 1)
	}
	o.requests[r.UUID] = &r
	o.order = append(o.order, r.UUID)
	return r
}

// expire lets a pending request expire whose time is over.
func (r *ApprovalRequest) expire(now time.Time) {
	if r.Status != Pending || r.SecondsToExpire == 0 {
		return
	}
	if end := r.Created.Add(time.Duration(r.SecondsToExpire) * time.Second); !now.Before(end) {
		r.Status, r.Processed = Expired, end
	}
}

// Approval is the approval request of that UUID. The second result is false
// where there is none.
func (a *Application) Approval(id string) (ApprovalRequest, bool) {
	a.oneTouch.mu.Lock()
	defer a.oneTouch.mu.Unlock()
	r, ok := a.oneTouch.requests[id]
	if !ok {
		return ApprovalRequest{}, false
	}
	r.expire(a.clock())
	return *r, true
}

// Approvals are all approval requests, oldest first.
func (a *Application) Approvals() []ApprovalRequest {
	a.oneTouch.mu.Lock()
	defer a.oneTouch.mu.Unlock()
	all := make([]ApprovalRequest, 0, len(a.oneTouch.order))
	for _, id := range a.oneTouch.order {
		r := a.oneTouch.requests[id]
		r.expire(a.clock())
		all = append(all, *r)
	}
	return all
}

// ErrNoApproval says that there is no approval request of that UUID.
var ErrNoApproval = errors.New("there is no such approval request")

// AnswerApproval approves or denies a pending request, as its user would.
func (a *Application) AnswerApproval(id string, status ApprovalStatus) (ApprovalRequest, error) {
	if status != Approved && status != Denied {
		return ApprovalRequest{}, fmt.Errorf("the answer %q: want approved or denied", status)
	}
	defer a.unkept.watcher.Ring()
	a.oneTouch.mu.Lock()
	defer a.oneTouch.mu.Unlock()
	r, ok := a.oneTouch.requests[id]
	if !ok {
		return ApprovalRequest{}, ErrNoApproval
	}
	if r.expire(a.clock()); r.Status != Pending {
		return ApprovalRequest{}, fmt.Errorf("the approval request is %s already", r.Status)
	}
	r.Status, r.Processed = status, a.clock()
	return *r, nil
}

func (o *oneTouch) clear() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.requests, o.order = nil, nil
}
