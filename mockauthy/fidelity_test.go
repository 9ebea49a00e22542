package mockauthy_test

import (
	"cmp"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authyapi"
)

// fidelitySection is what docs/fidelity.md says of one endpoint.
type fidelitySection struct {
	endpoint string // its name in the route table; "" is all of them
	about    string // a line below the heading, if not ""
	rows     []fidelityRow
}

// fidelityRow is one situation. The answer comes from docs/authy-api.md or was
// chosen, but never from the program.
type fidelityRow struct {
	situation string
	question  question
	// answer may hold the keys of placeholders, where no test can know the value.
	answer said
	source string // a section of docs/authy-api.md
	grade  string
	note   string // if not ""
}

// Grades: those of docs/authy-api.md, and chosen.
const (
	recorded   = "A"
	documented = "B"
	fixture    = "C"
	reported   = "D"
	inferred   = "E"
	recalled   = "M"
	chosen     = "chosen"
)

// grades tells the page what they mean.
var grades = []struct{ name, meaning string }{
	{recorded, "recorded from the real service, or asserted by a suite that ran against it"},
	{documented, "official documentation"},
	{fixture, "a fixture inside a client, often a copy of a real answer"},
	{reported, "a blog, an issue, sample code"},
	{inferred, "inferred from other facts"},
	{recalled, "recalled, found in no source"},
	{chosen, "sources are silent or contradict each other, and the mock had to choose"},
}

// placeholders are what stands in an answer for what no test can know.
var placeholders = map[string]string{
	"‹uuid›":                `[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`,
	"‹24 hex digits›":       `[0-9a-f]{24}`,
	"‹32 hex digits›":       `[0-9a-f]{32}`,
	"‹11 months before›":    `(?:\{"sms_count":0,"calls_count":0,"users_count":0,"auths_count":0,"month":"[A-Z][a-z]+","api_calls_count":0,"year":202[56]\},){11}`,
	"<‹11 months before›/>": xmlMonth + `(?:\n +` + xmlMonth + `){10}`,
}

// xmlMonth is a month of app/stats in which nothing happened.
var xmlMonth = strings.Join([]string{
	`<stat>`, `<sms-count type="integer">0</sms-count>`, `<calls-count type="integer">0</calls-count>`,
	`<users-count type="integer">0</users-count>`, `<auths-count type="integer">0</auths-count>`, `<month>[A-Z][a-z]+</month>`,
	`<api-calls-count type="integer">0</api-calls-count>`, `<year type="integer">202[56]</year>`, `</stat>`,
}, `\n +`)

// question is a request with what has to be so before it.
type question struct {
	ask asked // may hold the variables of [play.fill]
	// application changes that of peopled, or is nil.
	application func(*mockauthy.Application)
	before      []step
	// change makes the question of a row about all endpoints: it is given a
	// request that the endpoint would answer.
	change func(*asked)
}

// to puts the question to another application.
func (q question) to(change func(*mockauthy.Application)) question {
	q.application = change
	return q
}

// after asks once something else has happened.
func (q question) after(steps ...step) question {
	q.before = steps
	return q
}

func getting(target string) question { return question{ask: reading(target)} }

func posting(target, form string) question { return question{ask: post(target, form)} }

// changing is a question to every endpoint, changed.
func changing(change func(*asked)) question { return question{change: change} }

// play is a rig that remembers the UUID that it was told last.
type play struct {
	*rig
	uuid string
}

// step is something that happens before a question.
type step func(t *testing.T, p *play)

var anyUUID = regexp.MustCompile(placeholders["‹uuid›"])

// first asks something else.
func first(a asked) step {
	return func(t *testing.T, p *play) {
		got := p.ask(t, p.fill(t, a))
		if uuid := anyUUID.FindString(got.body); uuid != "" {
			p.uuid = uuid
		}
	}
}

// later lets time pass.
func later(by time.Duration) step {
	return func(_ *testing.T, p *play) { p.move(by) }
}

// answering answers the approval request, as its user would.
func answering(status string) step {
	return func(t *testing.T, p *play) {
		if err := p.control(t).AnswerApproval(t.Context(), p.uuid, status); err != nil {
			t.Fatal(err)
		}
	}
}

// fill puts in what only the mock and the clock know: the tokens of users, the
// code that was sent last, the UUID that was told last.
func (p *play) fill(t *testing.T, a asked) asked {
	t.Helper()
	values := map[string]func() string{
		"{token}":      func() string { return p.native(t, aliceSecret, 0) },
		"{token-1}":    func() string { return p.native(t, aliceSecret, -1) },
		"{token-2}":    func() string { return p.native(t, aliceSecret, -2) },
		"{token+1}":    func() string { return p.native(t, aliceSecret, 1) },
		"{token+2}":    func() string { return p.native(t, aliceSecret, 2) },
		"{token of 6}": func() string { return totp(t, aliceSecret, p.now(), 30*time.Second, 6) },
		"{bob's}":      func() string { return p.native(t, bobSecret, 0) },
		"{carol's}":    func() string { return p.native(t, carolSecret, 0) },
		"{wrong}":      func() string { return p.wrongToken(t) },
		"{qr}":         func() string { return p.qrToken(t) },
		"{code}":       func() string { return p.lastMessage(t).Code },
		"{uuid}":       func() string { return cmp.Or(p.uuid, noUUID) },
	}
	for name, value := range values {
		if strings.Contains(a.target, name) {
			a.target = strings.ReplaceAll(a.target, name, value())
		}
	}
	return a
}

// noUUID is that of nothing.
const noUUID = "8d031630-0000-0000-0000-000000000000"

// fidelity is the page.
func fidelity() []fidelitySection {
	return slices.Concat(fidelityOfAll(), fidelityOfApplications(), fidelityOfUsers(), fidelityOfVerify(), fidelityOfMessages(), fidelityOfPhones(), fidelityOfOneTouch())
}

// put puts the question, to a mock of its own.
func (q question) put(t *testing.T) (*http.Request, said) {
	t.Helper()
	app := peopled()
	if q.application != nil {
		q.application(&app)
	}
	p := &play{rig: newRig(t, app)}
	for _, step := range q.before {
		step(t, p)
	}
	ask := p.fill(t, q.ask)
	return p.request(t, t.Context(), ask), p.ask(t, ask)
}

// answers puts a question of the row and judges the answer.
func (row fidelityRow) answers(t *testing.T, q question) {
	t.Helper()
	request, got := q.put(t)
	if got.status != row.answer.status || got.contentType != row.answer.contentType || !row.bodyPattern().MatchString(got.body) {
		t.Errorf("%s %s\n got %v\nwant %v", request.Method, request.URL.RequestURI(), got, row.answer)
	}
}

// bodyPattern matches the body to the byte, but for placeholders. The longest
// of these go first, as one is part of another.
func (row fidelityRow) bodyPattern() *regexp.Regexp {
	pattern := regexp.QuoteMeta(row.answer.body)
	for _, name := range slices.SortedFunc(maps.Keys(placeholders), func(a, b string) int { return len(b) - len(a) }) {
		pattern = strings.ReplaceAll(pattern, regexp.QuoteMeta(name), placeholders[name])
	}
	return regexp.MustCompile("^" + pattern + "$")
}

// questions are the one question of the row, or one for every endpoint.
func (row fidelityRow) questions() map[string]question {
	if row.question.change == nil {
		return map[string]question{"": row.question}
	}
	questions := map[string]question{}
	for _, e := range authyapi.Endpoints() {
		q := row.question
		q.ask = asked{method: e.Method, key: docsKey, target: strings.NewReplacer("{format}", "json", "{authy_id}", "1000").Replace(e.Path)}
		q.change(&q.ask)
		questions[e.Method+" "+e.Path] = q
	}
	return questions
}

// Every row of docs/fidelity.md is so.
func TestFidelity(t *testing.T) {
	t.Parallel()
	for _, section := range fidelity() {
		for _, row := range section.rows {
			for name, q := range row.questions() {
				t.Run(section.endpoint+"/"+row.situation+name, func(t *testing.T) {
					t.Parallel()
					row.answers(t, q)
				})
			}
		}
	}
}

// Every endpoint has rows, in JSON and in XML, that do reach it.
func TestFidelityOfEveryEndpoint(t *testing.T) {
	t.Parallel()
	routes := mux.NewRouter().UseEncodedPath().SkipClean(true)
	for _, e := range authyapi.Endpoints() {
		routes.Path(e.Path).Methods(e.Method).Name(e.Name)
	}
	reached := map[string]bool{} // format and path
	names := map[string]bool{}
	for _, section := range fidelity() {
		if names[section.endpoint] {
			t.Errorf("the endpoint %q has two sections", section.endpoint)
		}
		names[section.endpoint] = true
		for _, row := range section.rows {
			if row.question.change != nil || section.endpoint == "" {
				continue
			}
			ask := row.question.ask
			request, err := http.NewRequestWithContext(t.Context(), ask.method, "https://api.authy.com"+ask.target, nil)
			if err != nil {
				t.Fatalf("%s: %v", row.situation, err)
			}
			var match mux.RouteMatch
			if !routes.Match(request, &match) || match.Route.GetName() != section.endpoint {
				t.Errorf("%s: %q does not reach it", section.endpoint, row.situation)
				continue
			}
			path, _ := match.Route.GetPathTemplate()
			reached[match.Vars["format"]+" "+path] = true
		}
	}
	for _, e := range authyapi.Endpoints() {
		if !reached["json "+e.Path] {
			t.Errorf("docs/fidelity.md has no row in JSON for %s %s", e.Method, e.Path)
		}
		if !names[e.Name] {
			t.Errorf("docs/fidelity.md has no section for %s", e.Name)
		}
		if !slices.ContainsFunc(authyapi.Endpoints(), func(other authyapi.Endpoint) bool {
			return other.Name == e.Name && reached["xml "+other.Path]
		}) {
			t.Errorf("docs/fidelity.md has no row in XML for %s", e.Name)
		}
	}
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

var xmlPart = regexp.MustCompile(`<[^/<>]+>[^<]*</[^<>]+>|</?[^<>]+>`)

// inXML is an answer in XML that is written here on one line: each element gets
// its line, indented by two spaces. TestXML holds the recorded ones to the byte.
func inXML(status int, line string) said {
	var b strings.Builder
	depth := 0
	for _, part := range xmlPart.FindAllString(line, -1) {
		closing := strings.HasPrefix(part, "</")
		if closing {
			depth--
		}
		b.WriteString(strings.Repeat("  ", depth) + part + "\n")
		if !closing && !strings.HasSuffix(part, "/>") && !strings.Contains(part, "</") {
			depth++
		}
	}
	return said{status, xmlType, xmlHead + b.String()}
}

// inJSON is an answer in JSON.
func inJSON(status int, body string) said { return said{status, jsonType, body} }

// shape2 is an error that an endpoint raises: docs/authy-api.md section 2.3.
func shape2(status int, code, message string) said {
	return said{status, jsonType, `{"message":"` + message + `","success":false,"errors":{"message":"` + message + `"},"error_code":"` + code + `"}`}
}
