package page

import (
	"slices"
	"time"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/controlapi"
)

// someMessages is how many messages, and how many OneTouch requests, are shown: the
// newest. Those that wait for an answer come first.
const someMessages = 50

// messagesView is the page of messages and OneTouch requests.
type messagesView struct {
	Messages        []authy.Message
	MoreMessages    int
	Approvals       []approval
	MoreApprovals   int
	PendingApproval int
}

// approval is a OneTouch request.
type approval struct {
	authy.ApprovalRequest

	Expires time.Time // zero for never
}

func showMessages(p *Page, v *visit) (reply, error) {
	var view messagesView
	view.Messages = v.world.Application.Messages()
	slices.Reverse(view.Messages)
	if view.MoreMessages = max(0, len(view.Messages)-someMessages); view.MoreMessages > 0 {
		view.Messages = view.Messages[:someMessages]
	}
	asked := v.world.Application.Approvals()
	slices.Reverse(asked)
	slices.SortStableFunc(asked, func(x, y authy.ApprovalRequest) int { return order(x) - order(y) })
	for i, r := range asked {
		if r.Status == authy.Pending {
			view.PendingApproval++
		}
		if i >= someMessages {
			view.MoreApprovals++
			continue
		}
		a := approval{ApprovalRequest: r}
		if r.SecondsToExpire > 0 {
			a.Expires = r.Created.Add(time.Duration(r.SecondsToExpire) * time.Second)
		}
		view.Approvals = append(view.Approvals, a)
	}
	return p.show(v, "messages", "Messages", view)
}

// order puts what waits for an answer first.
func order(r authy.ApprovalRequest) int {
	if r.Status == authy.Pending {
		return 0
	}
	return 1
}

func answerApproval(_ *Page, v *visit) (reply, error) {
	err := controlapi.AnswerApproval(v.Context(), v.world, mux.Vars(v.Request)["uuid"], authy.ApprovalStatus(v.PostForm.Get("status")))
	if err != nil {
		return nil, err
	}
	return v.back("/messages"), nil
}
