package authyapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// Signatures of recorded callbacks, from the tests of Twilio's authy-java: of
// bodies, and of queries, which say the same members in brackets.
func TestSign(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/callbacks.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded []struct {
		Method, Nonce, Signature string
		Body                     json.RawMessage
		Query                    string
	}
	if err := json.Unmarshal(file, &recorded); err != nil {
		t.Fatal(err)
	}
	methods := map[string]int{}
	for _, r := range recorded {
		methods[r.Method]++
		var body object
		if r.Query != "" {
			body = unbracketed(t, r.Query)
			if got := encode(body); got != r.Query {
				t.Errorf("%s: query\n     got %s\nrecorded %s", r.Nonce, got, r.Query)
			}
		} else {
			decoder := json.NewDecoder(bytes.NewReader(r.Body))
			decoder.UseNumber()
			body = ordered(t, decoder).(object)
		}
		got := sign("FU10H0uCafgKnXvPfDm5iAisVuHDgXJA", r.Nonce, r.Method, "https://requestb.in/ui9vdiui", encode(body))
		if got != r.Signature {
			t.Errorf("%s: got %s, recorded was %s", r.Nonce, got, r.Signature)
		}
	}
	if methods["GET"] != 3 || methods["POST"] != 4 {
		t.Errorf("recordings: %v", methods)
	}
}

// unbracketed makes an object of a query, the other way round than encode: from
// the last parameter to the first, as their order must not matter. Of a list it
// knows one item, as there is in the recordings.
func unbracketed(t *testing.T, query string) object {
	t.Helper()
	var all object
	for _, pair := range slices.Backward(strings.Split(query, "&")) {
		name, value, _ := strings.Cut(pair, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		all = put(all, strings.Split(strings.ReplaceAll(name, "]", ""), "["), value)
	}
	return all
}

// put sets a member of an object in an object, down the path.
func put(in object, path []string, value any) object {
	at := slices.IndexFunc(in, func(m member) bool { return m.name == path[0] })
	if at < 0 {
		at, in = len(in), append(in, member{path[0], nil})
	}
	switch {
	case len(path) == 1:
		in[at].value = value
	case path[1] == "":
		list, _ := in[at].value.(array)
		if list == nil {
			list = array{object(nil)}
		}
		list[0] = put(list[0].(object), path[2:], value)
		in[at].value = list
	default:
		inner, _ := in[at].value.(object)
		in[at].value = put(inner, path[1:], value)
	}
	return in
}

// ordered reads JSON and keeps the order of members.
func ordered(t *testing.T, decoder *json.Decoder) any {
	t.Helper()
	token, err := decoder.Token()
	if err != nil {
		t.Fatal(err)
	}
	switch token {
	case json.Delim('{'):
		o := object{}
		for decoder.More() {
			name, err := decoder.Token()
			if err != nil {
				t.Fatal(err)
			}
			o = append(o, member{name.(string), ordered(t, decoder)})
		}
		_, err = decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		return o
	case json.Delim('['):
		a := array{}
		for decoder.More() {
			a = append(a, ordered(t, decoder))
		}
		if _, err := decoder.Token(); err != nil {
			t.Fatal(err)
		}
		return a
	}
	return token
}
