package authyapi

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

// Callback makes the request by which Authy tells an application what became of
// an approval request, signed with the API key. It is nil for an application that
// has asked for none.
func Callback(ctx context.Context, app *authy.Application, r authy.ApprovalRequest) (*http.Request, error) {
	settings := app.Settings()
	if settings.CallbackURL == "" {
		return nil, nil
	}
	body := callbackBody(settings, r)
	params := encode(body)
	var request *http.Request
	var err error
	if settings.CallbackMethod == http.MethodGet {
		request, err = http.NewRequestWithContext(ctx, http.MethodGet, settings.CallbackURL+"?"+params, nil)
	} else {
		request, err = http.NewRequestWithContext(ctx, http.MethodPost, settings.CallbackURL, strings.NewReader(string(body.json())))
	}
	if err != nil {
		return nil, fmt.Errorf("callback: %w", err)
	}
	if request.Method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	nonce := uuid.NewString()
	request.Header.Set("X-Authy-Signature-Nonce", nonce)
	request.Header.Set("X-Authy-Signature", sign(settings.APIKey, nonce, request.Method, settings.CallbackURL, params))
	return request, nil
}

// sign is Authy's signature of a callback: an HMAC with SHA-256 by the API key
// over nonce, method, URL without query, and parameters.
func sign(apiKey, nonce, method, urlWithoutQuery, params string) string {
	mac := hmac.New(sha256.New, []byte(apiKey))
	mac.Write([]byte(nonce + "|" + method + "|" + urlWithoutQuery + "|" + params))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// encode writes the members of an object as the parameters that are signed: names
// nested in brackets, sorted, form-encoded. A null is an empty value, an empty
// object is nothing, and the elements of an array keep their order.
func encode(o object) string {
	params := flattened(signedParam{}, o)
	slices.SortFunc(params, func(a, b signedParam) int { return strings.Compare(a.rank, b.rank) })
	encoded := make([]string, 0, len(params))
	for _, p := range params {
		encoded = append(encoded, url.QueryEscape(p.name)+"="+url.QueryEscape(p.value))
	}
	return strings.Join(encoded, "&")
}

// signedParam is a parameter that is signed.
type signedParam struct {
	name, value string
	// rank is what it is sorted by: the name, with the index of each array.
	rank string
}

// flattened are the parameters of a value below a name.
func flattened(below signedParam, value any) []signedParam {
	var params []signedParam
	switch v := value.(type) {
	case object:
		for _, m := range v {
			inner := signedParam{name: m.name, rank: m.name}
			if below.name != "" {
				inner = signedParam{name: below.name + "[" + m.name + "]", rank: below.rank + "[" + m.name + "]"}
			}
			params = append(params, flattened(inner, m.value)...)
		}
	case array:
		for i, item := range v {
			inner := signedParam{name: below.name + "[]", rank: fmt.Sprintf("%s[%06d]", below.rank, i)}
			params = append(params, flattened(inner, item)...)
		}
	case nil:
		params = append(params, below)
	default:
		below.value = fmt.Sprint(v)
		params = append(params, below)
	}
	return params
}

// callbackBody has the members of recorded callbacks, in their order. What the
// mock knows nothing of, such as the device, is as in a recording, or null.
func callbackBody(settings authy.Settings, r authy.ApprovalRequest) object {
	var expires any
	if r.SecondsToExpire != 0 {
		expires = r.Created.Unix() + r.SecondsToExpire
	}
	deviceSignature := sha256.Sum256([]byte("signature of the device for " + r.UUID))
	return object{
		{"authy_id", r.AuthyID},
		{"device_uuid", r.AuthyID},
		{"callback_action", "approval_request_status"},
		{"uuid", r.UUID},
		{"status", string(r.Status)},
		{"approval_request", object{
			{"transaction", object{
				{"details", named(r.Details)},
				{"device_details", object{}},
				{"device_geolocation", ""},
				{"device_signing_time", r.Processed.Unix()},
				{"encrypted", false},
				{"flagged", false},
				{"hidden_details", named(r.Hidden)},
				{"message", r.Message},
				{"reason", ""},
				{"requester_details", nil},
				{"status", string(r.Status)},
				{"uuid", r.UUID},
				{"created_at_time", r.Created.Unix()},
				{"customer_uuid", settings.ID},
			}},
			{"expiration_timestamp", expires},
			{"logos", pictures(r.Logos)},
			{"app_id", documentID("app", strconv.FormatInt(settings.ID, 10))},
		}},
		{"signature", base64.StdEncoding.EncodeToString(deviceSignature[:])},
		{"device", object{
			{"city", nil},
			{"country", nil},
			{"ip", nil},
			{"region", nil},
			{"registration_city", nil},
			{"registration_country", nil},
			{"registration_ip", nil},
			{"registration_method", nil},
			{"registration_region", nil},
			{"os_type", "android"},
			{"last_account_recovery_at", nil},
			{"id", r.AuthyID},
			{"registration_date", r.Created.Unix()},
			{"last_sync_date", nil},
		}},
	}
}

// named are details as an object, or null where there are none.
func named(details []authy.Detail) any {
	if len(details) == 0 {
		return nil
	}
	o := make(object, 0, len(details))
	for _, d := range details {
		o = append(o, member{d.Name, d.Value})
	}
	return o
}

// pictures are logos as a list, or null where there are none.
func pictures(logos []authy.Logo) any {
	if len(logos) == 0 {
		return nil
	}
	list := make(array, 0, len(logos))
	for _, l := range logos {
		list = append(list, object{{"res", l.Resolution}, {"url", l.URL}})
	}
	return list
}
