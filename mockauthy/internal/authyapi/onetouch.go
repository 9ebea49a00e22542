package authyapi

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authy"
)

// defaultSecondsToExpire of an approval request: a day.
const defaultSecondsToExpire = 86_400

// withOneTouch refuses applications that have not got OneTouch. Status and code
// are documented, the text is the mock's choice.
func withOneTouch(handle func(*call) answer) func(*call) answer {
	return func(c *call) answer {
		if !c.world.Application.Settings().OneTouchEnabled {
			return failure(http.StatusForbidden, oneTouchDisabled, "OneTouch needs to be enabled")
		}
		return handle(c)
	}
}

// approvalRequestNew answers POST
// /onetouch/{format}/users/{authy_id}/approval_requests: a question on the user's
// phone.
func approvalRequestNew(c *call, user *authy.User) answer {
	if c.params["message"] == "" {
		return parameterAnswer("message", "Parameter is required")
	}
	seconds := int64(defaultSecondsToExpire)
	if text := c.params["seconds_to_expire"]; text != "" {
		var err error
		if seconds, err = strconv.ParseInt(text, 10, 32); err != nil || seconds < 0 {
			return parameterAnswer("seconds_to_expire", fmt.Sprintf("'%s' is not a valid Integer", text))
		}
	}
	logos, wrong := c.logos()
	if wrong != nil {
		return *wrong
	}
	request := user.AskApproval(authy.ApprovalRequest{
		Message:         c.params["message"],
		Logos:           logos,
		Details:         c.details("details"),
		Hidden:          c.details("hidden_details"),
		SecondsToExpire: seconds,
	})
	return success("", object{
		{"approval_request", object{{"uuid", request.UUID}}},
		{"success", true},
	})
}

// details are the members of details[...], by name.
func (c *call) details(of string) []authy.Detail {
	var details []authy.Detail
	for _, name := range slices.Sorted(maps.Keys(c.params)) {
		if inner, ok := strings.CutPrefix(name, of+"["); ok && strings.HasSuffix(inner, "]") {
			details = append(details, authy.Detail{Name: strings.TrimSuffix(inner, "]"), Value: c.params[name]})
		}
	}
	return details
}

// logos are the members of logos[], a picture for each resolution. That one of
// them must be the default is what Twilio's authy-java wants; how Authy refuses
// others is not known, and the answer the mock's choice.
func (c *call) logos() ([]authy.Logo, *answer) {
	refused := func(text string) ([]authy.Logo, *answer) {
		a := parameterAnswer("logos", text)
		return nil, &a
	}
	var logos []authy.Logo
	for i := range maxItems {
		name := itemName("logos", i)
		logo := authy.Logo{Resolution: c.params[name+"[res]"], URL: c.params[name+"[url]"]}
		if logo == (authy.Logo{}) {
			break
		}
		if !slices.Contains([]string{"default", "low", "med", "high"}, logo.Resolution) {
			return refused("'" + logo.Resolution + "' is not a valid res")
		}
		if logo.URL == "" {
			return refused("Parameter url is required")
		}
		logos = append(logos, logo)
	}
	if len(logos) > 0 && !slices.ContainsFunc(logos, func(l authy.Logo) bool { return l.Resolution == "default" }) {
		return refused("A default res is required")
	}
	return logos, nil
}

// approvalRequestShow answers GET /onetouch/{format}/approval_requests/{uuid}.
func approvalRequestShow(c *call) answer {
	app := c.world.Application
	id := c.segment("uuid")
	r, ok := app.Approval(id)
	if !ok {
		return approvalNotFoundAnswer(id)
	}
	var processed any
	updated := r.Created
	if !r.Processed.IsZero() {
		processed, updated = timestamp(r.Processed), r.Processed
	}
	body := object{
		{"_app_name", app.Settings().Name},
		{"_app_serial_id", app.Settings().ID},
		{"_authy_id", r.AuthyID},
		{"_id", documentID("request", r.UUID)},
		{"_user_email", r.Email},
		{"app_id", documentID("app", strconv.FormatInt(app.Settings().ID, 10))},
		{"created_at", timestamp(r.Created)},
		{"notified", false},
		{"processed_at", processed},
		{"seconds_to_expire", r.SecondsToExpire},
		{"status", string(r.Status)},
		{"updated_at", timestamp(updated)},
		{"user_id", documentID("user", strconv.FormatInt(r.AuthyID, 10))},
		{"uuid", r.UUID},
	}
	if r.Status == authy.Approved || r.Status == authy.Denied {
		body = append(body, member{"hidden_details", named(r.Hidden)})
	}
	return success("", object{{"approval_request", body}, {"success", true}})
}

// approvalNotFoundAnswer is the one failure whose errors are empty.
func approvalNotFoundAnswer(id string) answer {
	message := "Approval request not found: " + id
	return answer{
		status:  http.StatusNotFound,
		message: message,
		body: object{
			{"message", message},
			{"success", false},
			{"errors", object{}},
			{"error_code", approvalNotFound},
		},
		xml: xmlFailure(message, approvalNotFound, nil),
	}
}

func timestamp(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// documentID is an identifier of Authy's data base, 24 hexadecimal digits, that
// is always the same for the same thing.
func documentID(kind, name string) string {
	sum := sha256.Sum256([]byte(kind + " " + name))
	return hex.EncodeToString(sum[:12])
}
