package authyapi

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

// Signatures of recorded callbacks, from the tests of Twilio's authy-java.
func TestSign(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/callbacks.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded []struct {
		Method, Nonce, Signature string
		Body                     json.RawMessage
	}
	if err := json.Unmarshal(file, &recorded); err != nil {
		t.Fatal(err)
	}
	if len(recorded) == 0 {
		t.Fatal("no recording")
	}
	for _, r := range recorded {
		decoder := json.NewDecoder(bytes.NewReader(r.Body))
		decoder.UseNumber()
		body, ok := ordered(t, decoder).(object)
		if !ok {
			t.Fatalf("%s: the body is no object", r.Nonce)
		}
		got := sign("FU10H0uCafgKnXvPfDm5iAisVuHDgXJA", r.Nonce, r.Method, "https://requestb.in/ui9vdiui", encode(body))
		if got != r.Signature {
			t.Errorf("%s: got %s, recorded was %s", r.Nonce, got, r.Signature)
		}
	}
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
