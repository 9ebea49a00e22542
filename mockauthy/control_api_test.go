package mockauthy_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
)

// The control API as curl sees it.
func TestControlAPI(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		for _, step := range []struct {
			name string
			ask  asked
			want said
		}{
			{"GET user", asked{target: "/mock/v1/users/1000"}, said{200, "application/json", `{
  "authy_id": 1000,
  "email": "alice@example.com",
  "cellphone": "2015550100",
  "country_code": 1,
  "confirmed": true,
  "registered": false,
  "suspended": false
}
`}},
			{"POST users", asked{method: "POST", target: "/mock/v1/users", body: `{"email":"<dave>@example.com","cellphone":"317-338-9302","country_code":54}`}, said{200, "application/json", `{
  "authy_id": 1003,
  "email": "<dave>@example.com",
  "cellphone": "3173389302",
  "country_code": 54,
  "confirmed": false,
  "registered": false,
  "suspended": false
}
`}},
			{"POST users, all told", asked{method: "POST", target: "/mock/v1/users", body: `{"authy_id":7,"email":"eve@example.com","cellphone":"317-338-9303","country_code":54,"secret":"` + aliceSecret + `","confirmed":true}`}, said{200, "application/json", `{
  "authy_id": 7,
  "email": "eve@example.com",
  "cellphone": "3173389303",
  "country_code": 54,
  "confirmed": true,
  "registered": false,
  "suspended": false
}
`}},
			{"GET token", asked{target: "/mock/v1/users/7/token"}, said{200, "application/json", `{
  "authy_id": 7,
  "token": "` + r.native(t, aliceSecret, 0) + `",
  "step": 0,
  "from": "2026-11-22T12:00:00Z",
  "until": "2026-11-22T12:00:10Z"
}
`}},
			{"GET token of the step before", asked{target: "/mock/v1/users/1000/token?step=-1"}, said{200, "application/json", `{
  "authy_id": 1000,
  "token": "` + r.native(t, aliceSecret, -1) + `",
  "step": -1,
  "from": "2026-11-22T11:59:50Z",
  "until": "2026-11-22T12:00:00Z"
}
`}},
			{"GET faults, none", asked{target: "/mock/v1/faults"}, said{200, "application/json", "[]\n"}},
			{"POST faults", asked{method: "POST", target: "/mock/v1/faults", body: `{"name":"delay","delay":"250ms","endpoint":"verify","authy_id":1000,"times":1}`}, said{200, "application/json", `{
  "id": 1,
  "name": "delay",
  "endpoint": "verify",
  "authy_id": 1000,
  "times": 1,
  "delay": "250ms"
}
`}},
			{"GET faults", asked{target: "/mock/v1/faults"}, said{200, "application/json", `[
  {
    "id": 1,
    "name": "delay",
    "endpoint": "verify",
    "authy_id": 1000,
    "times": 1,
    "delay": "250ms"
  }
]
`}},
			{"DELETE faults of another user", asked{method: "DELETE", target: "/mock/v1/faults?authy_id=1001"}, said{204, "", ""}},
			{"GET faults, still", asked{target: "/mock/v1/faults?"}, said{200, "application/json", `[
  {
    "id": 1,
    "name": "delay",
    "endpoint": "verify",
    "authy_id": 1000,
    "times": 1,
    "delay": "250ms"
  }
]
`}},
			{"POST a chance", asked{method: "POST", target: "/mock/v1/faults", body: `{"name":"set-fields","fields":{"success":[1, null]},"probability":0.25,"seed":7}`}, said{200, "application/json", `{
  "id": 2,
  "name": "set-fields",
  "probability": 0.25,
  "seed": 7,
  "fields": {
    "success": [
      1,
      null
    ]
  }
}
`}},
			{"DELETE one fault", asked{method: "DELETE", target: "/mock/v1/faults/2"}, said{204, "", ""}},
			{"DELETE faults", asked{method: "DELETE", target: "/mock/v1/faults"}, said{204, "", ""}},
			{"GET faults, none again", asked{target: "/mock/v1/faults"}, said{200, "application/json", "[]\n"}},
			{"GET requests, none", asked{target: "/mock/v1/requests"}, said{200, "application/json", "[]\n"}},
			{"a request", verifyForced(r.native(t, aliceSecret, 0), alice), tokenValid},
			{"GET requests", asked{target: "/mock/v1/requests?authy_id=1000"}, said{200, "application/json", `[
  {
    "number": 1,
    "time": "2026-11-22T12:00:03Z",
    "method": "GET",
    "target": "/protected/json/verify/[token]/1000?force=true",
    "endpoint": "verify",
    "authy_ids": [
      1000
    ],
    "known_api_key": true,
    "status": 200,
    "outcome": "Token is valid."
  }
]
`}},
			{"GET requests of another user", asked{target: "/mock/v1/requests?authy_id=1001"}, said{200, "application/json", "[]\n"}},
			{"DELETE requests", asked{method: "DELETE", target: "/mock/v1/requests"}, said{204, "", ""}},
			{"GET requests, none again", asked{target: "/mock/v1/requests"}, said{200, "application/json", "[]\n"}},
		} {
			t.Run(step.name, func(t *testing.T) { r.expect(t, step.ask, step.want) })
		}
	})
}

func TestControlAPIUsers(t *testing.T) {
	t.Parallel()
	r := newRig(t, mockauthy.Application{Name: "A", APIKey: docsKey})
	r.expect(t, asked{target: "/mock/v1/users"}, said{200, "application/json", "[]\n"})
	r.expect(t, newUserForm("user@domain.com", "317-338-9302", "1"), created(1000))
	r.expect(t, asked{target: "/mock/v1/users"}, said{200, "application/json", `[
  {
    "authy_id": 1000,
    "email": "user@domain.com",
    "cellphone": "3173389302",
    "country_code": 1,
    "confirmed": false,
    "registered": false,
    "suspended": false
  }
]
`})
}

// Which application is meant is said by its key, in the header or the query.
func TestControlAPIApplication(t *testing.T) {
	t.Parallel()
	r := newRig(t, docsApplication(), mockauthy.Application{Name: "Sandbox App 1", APIKey: otherKey})
	none := said{200, "application/json", "[]\n"}
	r.expect(t, asked{target: "/mock/v1/users", key: otherKey}, none)
	r.expect(t, asked{target: "/mock/v1/users?api_key=" + otherKey}, none)
	for _, ask := range []asked{
		{target: "/mock/v1/users"},
		{target: "/mock/v1/users", key: docsKey},
		{target: "/mock/v1/users?api_key=" + docsKey},
	} {
		if got := r.ask(t, ask); !strings.Contains(got.body, "alice@example.com") {
			t.Errorf("%+v: %v; want the users of the first application", ask, got)
		}
	}
	r.expect(t, asked{target: "/mock/v1/users/1000", key: otherKey}, said{404, "application/json", `{
  "error": "the application \"Sandbox App 1\" has no user 1000"
}
`})
}

// A page that a browser shows must not change what the mock does.
func TestControlAPICrossOrigin(t *testing.T) {
	t.Parallel()
	refused := said{403, "application/json", `{
  "error": "a browser sent this for a page of another origin"
}
`}
	done := said{204, "", ""}
	skewed := said{200, "application/json", "{\n  \"authy_id\": 1000,\n  \"time\": \"2026-11-22T12:00:04Z\",\n  \"skew\": \"1s\"\n}\n"}
	overBoth(t, func(t *testing.T, connect func(*rig) *rig) {
		r := connect(newRig(t))
		for _, test := range []struct {
			name, method, target, body string
			header                     map[string]string
			want                       said
		}{
			{"POST of another site", "POST", "/mock/v1/faults", `{"name":"hang-up"}`, map[string]string{"Sec-Fetch-Site": "cross-site"}, refused},
			{"POST of a sibling", "POST", "/mock/v1/faults", `{"name":"hang-up"}`, map[string]string{"Sec-Fetch-Site": "same-site"}, refused},
			{"DELETE of another site", "DELETE", "/mock/v1/requests", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, refused},
			{"POST of an older browser", "POST", "/mock/v1/faults", `{"name":"hang-up"}`, map[string]string{"Origin": "https://evil.example"}, refused},
			{"POST of another site for a user", "POST", "/mock/v1/users", `{"email":"a@example.com","cellphone":"317-338-9302","country_code":1}`, map[string]string{"Sec-Fetch-Site": "cross-site"}, refused},
			{"PUT of the same origin", "PUT", "/mock/v1/users/1000/clock", `{"skew":"1s"}`, map[string]string{"Sec-Fetch-Site": "same-origin"}, skewed},
			{"PUT of no browser", "PUT", "/mock/v1/users/1000/clock", `{"skew":"1s"}`, nil, skewed},
			{"DELETE by hand", "DELETE", "/mock/v1/faults", "", map[string]string{"Sec-Fetch-Site": "none"}, done},
		} {
			t.Run(test.name, func(t *testing.T) {
				request := r.request(t, t.Context(), asked{method: test.method, target: test.target, body: test.body})
				for name, value := range test.header {
					request.Header.Set(name, value)
				}
				response, err := r.client.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				defer response.Body.Close()
				body, err := io.ReadAll(response.Body)
				if err != nil {
					t.Fatal(err)
				}
				if got := (said{response.StatusCode, response.Header.Get("Content-Type"), string(body)}); got != test.want {
					t.Errorf("\n got %v\nwant %v", got, test.want)
				}
				if allowed := response.Header.Get("Access-Control-Allow-Origin"); allowed != "" {
					t.Errorf("allows the origin %s", allowed)
				}
			})
		}
		if users, err := r.control(t).Users(t.Context()); err != nil || len(users) != 3 {
			t.Errorf("users %v, %v; want the 3 from the start", users, err)
		}
		request := r.request(t, t.Context(), asked{target: "/mock/v1/users"})
		request.Header.Set("Sec-Fetch-Site", "cross-site")
		response, err := r.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK { // which the page cannot read
			t.Errorf("GET of another site: %s", response.Status)
		}
	})
}
