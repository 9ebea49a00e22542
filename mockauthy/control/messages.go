package control

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Message is one that Authy would have sent. The mock sends nothing.
type Message struct {
	// Number counts the messages of the application, from 1.
	Number int64     `json:"number"`
	Time   time.Time `json:"time"`
	// By is sms, call or email.
	By string `json:"by"`
	// AuthyID is the user it is for; 0 if it is for a phone to be verified.
	AuthyID int64 `json:"authy_id"`
	// To is the phone or the address.
	To string `json:"to"`
	// Code that it carries.
	Code string `json:"code"`
}

// Messages are the newest 1000 that would have been sent to the user, or to
// anybody with the Authy ID 0, oldest first.
func (c *Client) Messages(ctx context.Context, authyID int64) ([]Message, error) {
	var messages []Message
	err := c.do(ctx, http.MethodGet, "messages", aboutUser(authyID), nil, &messages)
	return messages, err
}

// ApprovalRequest is a OneTouch request.
type ApprovalRequest struct {
	UUID    string `json:"uuid"`
	AuthyID int64  `json:"authy_id"`
	Message string `json:"message"`
	// Details are shown to the user, HiddenDetails are not.
	Details       map[string]string `json:"details"`
	HiddenDetails map[string]string `json:"hidden_details"`
	// Logos are shown with it.
	Logos   []Logo    `json:"logos"`
	Created time.Time `json:"created"`
	// Status is pending, approved, denied or expired.
	Status string `json:"status"`
}

// Logo is a picture for screens of one resolution.
type Logo struct {
	// Resolution is default, low, med or high.
	Resolution string `json:"res"`
	URL        string `json:"url"`
}

// ApprovalRequests are the newest 10000, oldest first.
func (c *Client) ApprovalRequests(ctx context.Context) ([]ApprovalRequest, error) {
	var requests []ApprovalRequest
	err := c.do(ctx, http.MethodGet, "approval_requests", nil, nil, &requests)
	return requests, err
}

// ApprovalAnswer is the body that answers an approval request.
type ApprovalAnswer struct {
	// Status is approved or denied.
	Status string `json:"status"`
}

// AnswerApproval approves or denies a pending request, as its user would on the
// phone. The status is "approved" or "denied". If the application has a callback
// URL, that has heard of it when AnswerApproval returns; an error says if not.
func (c *Client) AnswerApproval(ctx context.Context, uuid, status string) error {
	return c.do(ctx, http.MethodPost, "approval_requests/"+url.PathEscape(uuid), nil, ApprovalAnswer{Status: status}, nil)
}
