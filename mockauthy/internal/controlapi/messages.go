package controlapi

import (
	"errors"
	"net/http"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
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

func answerApproval(r *http.Request, _ *world.Worlds, w *world.World) (any, error) {
	var a control.ApprovalAnswer
	if err := read(r, &a); err != nil {
		return nil, err
	}
	_, err := w.Application.AnswerApproval(mux.Vars(r)["uuid"], authy.ApprovalStatus(a.Status))
	if errors.Is(err, authy.ErrNoApproval) {
		return nil, problem(http.StatusNotFound, "%v", err)
	}
	return nil, err
}
