package controlapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authyapi"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/world"
)

func listMessages(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	id, err := number(r, "authy_id")
	if err != nil {
		return nil, err
	}
	messages := []control.Message{}
	for _, m := range w.Application.Messages() {
		if id != 0 && m.AuthyID != id {
			continue
		}
		messages = append(messages, control.Message{
			Number:  m.Number,
			Time:    m.At,
			By:      string(m.By),
			AuthyID: m.AuthyID,
			To:      m.To,
			Code:    m.Code,
		})
	}
	return messages, nil
}

func listApprovals(_ *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	requests := []control.ApprovalRequest{}
	for _, r := range w.Application.Approvals() {
		requests = append(requests, control.ApprovalRequest{
			UUID:          r.UUID,
			AuthyID:       r.AuthyID,
			Message:       r.Message,
			Details:       byName(r.Details),
			HiddenDetails: byName(r.Hidden),
			Logos:         tellLogos(r.Logos),
			Created:       r.Created,
			Status:        string(r.Status),
		})
	}
	return requests, nil
}

func byName(details []authy.Detail) map[string]string {
	m := make(map[string]string, len(details))
	for _, d := range details {
		m[d.Name] = d.Value
	}
	return m
}

func tellLogos(logos []authy.Logo) []control.Logo {
	told := []control.Logo{}
	for _, l := range logos {
		told = append(told, control.Logo{Resolution: l.Resolution, URL: l.URL})
	}
	return told
}

// callbackWithin bounds how long the application's server may take to hear of an
// answer.
const callbackWithin = 10 * time.Second

func answerApproval(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	var a control.ApprovalAnswer
	if err := read(r, &a); err != nil {
		return nil, err
	}
	return nil, AnswerApproval(r.Context(), w, mux.Vars(r)["uuid"], authy.ApprovalStatus(a.Status))
}

// AnswerApproval answers as the user would on the phone, and tells the
// application by its callback, as Authy does.
func AnswerApproval(ctx context.Context, w *world.World, uuid string, status authy.ApprovalStatus) error {
	answered, err := w.Application.AnswerApproval(uuid, status)
	if errors.Is(err, authy.ErrNoApproval) {
		return problem(http.StatusNotFound, "%v", err)
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callbackWithin)
	defer cancel()
	callback, err := authyapi.Callback(ctx, w.Application, answered)
	if err != nil || callback == nil {
		return err
	}
	heard, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(callback)
	if err != nil {
		return problem(http.StatusBadGateway, "the request is %s, but the callback failed: %v", answered.Status, err)
	}
	defer heard.Body.Close()
	if heard.StatusCode/100 != 2 {
		return problem(http.StatusBadGateway, "the request is %s, but the callback was answered with %s", answered.Status, heard.Status)
	}
	return nil
}
