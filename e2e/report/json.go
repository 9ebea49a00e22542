package report

import (
	"encoding/json"
	"io"
	"time"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/driver"
)

// jsonFormat is the version of the document. It goes up when a field goes away
// or means something else, not when one comes.
const jsonFormat = 1

// The document, whose fields docs/reports.md describes.
type (
	jsonReport struct {
		Format  int         `json:"format"`
		Hook    string      `json:"hook"`
		Driver  string      `json:"driver"`
		Suite   string      `json:"suite"`
		Strict  bool        `json:"strict"`
		Began   time.Time   `json:"began"`
		TookMS  float64     `json:"took_ms"`
		Verdict jsonVerdict `json:"verdict"`
		Rules   []jsonRule  `json:"rules"`
	}
	jsonVerdict struct {
		ExitCode int        `json:"exit_code"`
		Sentence string     `json:"sentence"`
		Besides  string     `json:"besides"`
		Must     jsonCounts `json:"must"`
		Should   jsonCounts `json:"should"`
	}
	jsonCounts struct {
		Passed  int `json:"passed"`
		Failed  int `json:"failed"`
		Broken  int `json:"error"`
		Skipped int `json:"skipped"`
	}
	jsonRule struct {
		ID      string      `json:"id"`
		Kind    driver.Kind `json:"kind"`
		Level   string      `json:"level"`
		Subject string      `json:"subject"`
		Title   string      `json:"title"`
		Why     string      `json:"why"`
		Fix     string      `json:"fix"`
		Tags    []string    `json:"tags"`
		Feature string      `json:"feature"`
		Line    int         `json:"line"`
		Status  Status      `json:"status"`
		Cases   []jsonCase  `json:"cases"`
	}
	jsonCase struct {
		Name    string      `json:"name"`
		Status  Status      `json:"status"`
		Step    string      `json:"step"`
		Message string      `json:"message"`
		TookMS  float64     `json:"took_ms"`
		Events  []jsonEvent `json:"events"`
	}
	jsonEvent struct {
		AtMS float64      `json:"at_ms"`
		Who  driver.Actor `json:"who"`
		What string       `json:"what"`
	}
)

// WriteJSON writes the report for programs.
func WriteJSON(w io.Writer, r Report) error {
	v := r.Verdict()
	doc := jsonReport{
		Format: jsonFormat, Hook: r.Hook, Driver: r.Driver, Suite: r.Suite, Strict: r.Strict,
		Began: r.Began.UTC(), TookMS: inMilliseconds(r.Took), Rules: []jsonRule{},
		Verdict: jsonVerdict{v.Exit, v.Sentence, v.Besides, jsonCounts(v.Must), jsonCounts(v.Should)},
	}
	for _, outcome := range r.Outcomes {
		doc.Rules = append(doc.Rules, ruleInJSON(outcome))
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(doc)
}

func ruleInJSON(o Outcome) jsonRule {
	rule := jsonRule{
		ID: o.Rule.ID, Kind: o.Rule.Kind, Level: o.Level(), Subject: o.Rule.Subject, Title: o.Rule.Title,
		Why: o.Rule.Why, Fix: o.Rule.Fix, Tags: append([]string{}, o.Rule.Tags...), Feature: o.Rule.Feature, Line: o.Rule.Line,
		Status: known(o.Status), Cases: []jsonCase{},
	}
	for _, c := range o.Cases {
		rule.Cases = append(rule.Cases, caseInJSON(c))
	}
	return rule
}

func caseInJSON(c Case) jsonCase {
	out := jsonCase{
		Name: c.Name, Status: known(c.Status), Step: c.Step, Message: c.Message,
		TookMS: inMilliseconds(c.Took), Events: []jsonEvent{},
	}
	for _, event := range c.Events {
		out.Events = append(out.Events, jsonEvent{inMilliseconds(event.Time.Sub(c.Events[0].Time)), event.Who, event.What})
	}
	return out
}

func inMilliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
