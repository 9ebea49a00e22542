package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
)

const key = "d57d919d11e6b221c9bf6f7c882028f9"

// scene is a mock as somebody sees it who works with it.
func scene(ctx context.Context) (*mockauthy.Server, error) {
	s := &stage{}
	s.now.Store(time.Date(2026, 11, 26, 9, 41, 2, 0, time.UTC).UnixMilli())
	mock, err := mockauthy.New(
		mockauthy.WithClock(func() time.Time { return time.UnixMilli(s.now.Load()).UTC() }),
		mockauthy.WithPage(func() string { return "http://127.0.0.1:2884" }),
		mockauthy.WithApplications(mockauthy.Application{Name: "Example Files", APIKey: key, Users: []mockauthy.User{
			{AuthyID: 1000, Email: "alice@example.com", Cellphone: "201-555-0123", CountryCode: 1, Confirmed: true, Registered: true, Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"},
			{AuthyID: 1001, Email: "bob@example.com", Cellphone: "201-555-0145", CountryCode: 1, Confirmed: true, Secret: "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA"},
			{AuthyID: 1002, Email: "carol@example.com", Cellphone: "30-5550-0188", CountryCode: 49, Secret: "NJ2W24DTEBXXMZLSEB2GQZJANRQXU6JA"},
			{AuthyID: 1003, Email: "dave@example.com", Cellphone: "20-7946-0112", CountryCode: 44, Confirmed: true, Suspended: true, Secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"},
		}}),
	)
	if err != nil {
		return nil, err
	}
	s.mock, s.client = mock, mock.Client()
	s.play(ctx)
	return mock, s.err
}

// stage asks a mock, until something goes wrong. Between two requests some time
// passes.
type stage struct {
	now    atomic.Int64 // in milliseconds since 1970
	mock   *mockauthy.Server
	client *http.Client
	err    error
}

func (s *stage) play(ctx context.Context) {
	s.get(ctx, "/protected/json/app/details")
	s.verify(ctx, 1000, 0)
	s.verify(ctx, 1001, -4)
	s.post(ctx, "/protected/json/users/1000/secret", nil)
	s.get(ctx, "/protected/json/sms/1002?force=true")
	s.post(ctx, "/onetouch/json/users/1000/approval_requests", url.Values{"message": {"Log in to Example Files?"}, "details[From]": {"203.0.113.7"}, "seconds_to_expire": {"300"}})
	s.verify(ctx, 1003, 0)
	s.get(ctx, "/protected/json/verify/0000000/1002?force=true")
	if s.err == nil {
		_, s.err = s.mock.AddFault(control.Fault{Name: "answer", Status: http.StatusServiceUnavailable, AuthyID: 1001, Times: 3})
	}
	s.verify(ctx, 1001, 0)
}

func (s *stage) verify(ctx context.Context, id, step int64) {
	if s.err != nil {
		return
	}
	client, err := control.New("http://mock", control.WithHTTPClient(s.client))
	if err != nil {
		s.err = err
		return
	}
	token, err := client.Token(ctx, id, step)
	if err != nil {
		s.err = err
		return
	}
	s.get(ctx, fmt.Sprintf("/protected/json/verify/%s/%d?force=true", token.Token, id))
}

func (s *stage) get(ctx context.Context, target string) { s.do(ctx, http.MethodGet, target, nil) }

func (s *stage) post(ctx context.Context, target string, form url.Values) {
	s.do(ctx, http.MethodPost, target, form)
}

func (s *stage) do(ctx context.Context, method, target string, form url.Values) {
	if s.err != nil {
		return
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://127.0.0.1:2884"+target, strings.NewReader(form.Encode()))
	if err != nil {
		s.err = err
		return
	}
	request.Header.Set("X-Authy-API-Key", key)
	request.Header.Set("User-Agent", "sftpgo-authy-hook/1.0")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := s.client.Do(request)
	if err != nil {
		s.err = err
		return
	}
	s.now.Add(1370)
	_, s.err = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
}
