package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/control"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/authyapi"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/controlapi"
	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/internal/fault"
)

// faultsView is the page of faults: those in force, the catalogue, and the form for
// one of it.
type faultsView struct {
	Active    []activeFault
	Catalogue []fault.Kind
	Kind      fault.Kind
	Takes     map[string]bool // the parameters of the chosen one
	Form      map[string]string
	Endpoints []string
}

// parameters are what the form can have.
func parameters() []string {
	return []string{"authy_id", "endpoint", "times", "probability", "delay", "interval", "status", "content_type", "headers", "body", "after", "length", "fields", "names"}
}

func showFaults(p *Page, v *visit) (reply, error) {
	view := faultsView{Active: tellFaults(v.world.Faults.Rules(), v), Catalogue: fault.Catalogue(), Takes: map[string]bool{}, Form: map[string]string{}}
	view.Kind = view.Catalogue[0]
	for _, k := range view.Catalogue {
		if k.Name == v.Form.Get("fault") || v.Form.Get("fault") == "" && k.Name == "hang-up" {
			view.Kind = k
		}
	}
	for _, name := range view.Kind.Takes {
		view.Takes[name] = true
	}
	for _, name := range parameters() {
		view.Form[name] = v.Form.Get(name)
	}
	for _, e := range authyapi.Endpoints() {
		if !slices.Contains(view.Endpoints, e.Name) {
			view.Endpoints = append(view.Endpoints, e.Name)
		}
	}
	return p.show(v, "faults", "Faults", view)
}

func addFault(_ *Page, v *visit) (reply, error) {
	f, err := readFault(v)
	if err != nil {
		return nil, err
	}
	rule, err := controlapi.ReadFault(f)
	if err != nil {
		return nil, err
	}
	if _, err := v.world.Faults.Add(rule); err != nil {
		return nil, err
	}
	return v.back("/faults"), nil
}

// readFault is the fault that the form says, as the control API takes it.
func readFault(v *visit) (control.Fault, error) {
	get := func(name string) string { return strings.TrimSpace(v.PostForm.Get(name)) }
	f := control.Fault{
		Name: get("fault"), Endpoint: get("endpoint"), Delay: get("delay"), Interval: get("interval"),
		ContentType: get("content_type"), Body: v.PostForm.Get("body"),
	}
	var err error
	for name, set := range map[string]func(n int64){
		"authy_id": func(n int64) { f.AuthyID = n },
		"times":    func(n int64) { f.Times = int(n) },
		"status":   func(n int64) { f.Status = int(n) },
		"after":    func(n int64) { after := int(n); f.After = &after },
		"length":   func(n int64) { length := int(n); f.Length = &length },
	} {
		if get(name) == "" {
			continue
		}
		n, wrong := number(name, get(name))
		if err = errors.Join(err, wrong); wrong == nil {
			set(n)
		}
	}
	if err != nil {
		return f, err
	}
	if text := get("probability"); text != "" {
		if f.Probability, err = strconv.ParseFloat(text, 64); err != nil {
			return f, fmt.Errorf("probability %q: want a number above 0 and at most 1", text)
		}
	}
	if f.Headers, err = readHeaders(get("headers")); err != nil {
		return f, err
	}
	if text := get("fields"); text != "" {
		if err := json.Unmarshal([]byte(text), &f.Fields); err != nil {
			return f, errors.New(`fields: want a JSON object such as {"success":false}`)
		}
	}
	f.Names = strings.FieldsFunc(get("names"), func(r rune) bool { return r == ',' || r == ' ' })
	return f, nil
}

// readHeaders reads lines such as "Retry-After: 30".
func readHeaders(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	headers := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			return nil, fmt.Errorf("headers: %q: want lines such as Retry-After: 30", strings.TrimSpace(line))
		}
		headers[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	return headers, nil
}

func heal(_ *Page, v *visit) (reply, error) {
	v.world.Faults.Clear(0)
	return v.back("/faults"), nil
}

func endFault(_ *Page, v *visit) (reply, error) {
	// One that is not there has ended by itself: that is what was wanted.
	if id, err := strconv.ParseInt(mux.Vars(v.Request)["id"], 10, 64); err == nil {
		v.world.Faults.Remove(id)
	}
	return v.back("/faults"), nil
}
