package control

import "time"

// User is a user of an application, as the control API tells of one.
type User struct {
	// AuthyID is the number that Authy calls the user by.
	AuthyID int64 `json:"authy_id"`
	// Email is the address that was given first.
	Email string `json:"email"`
	// Cellphone holds the digits of the national number.
	Cellphone string `json:"cellphone"`
	// CountryCode is the country calling code, such as 1.
	CountryCode int `json:"country_code"`
	// Confirmed tells whether the user has verified a token before. Until then
	// Authy accepts any token, unless it is asked with force=true.
	Confirmed bool `json:"confirmed"`
	// Registered tells whether the user has Authy's app.
	Registered bool `json:"registered"`
	// Suspended tells whether the user's account is disabled.
	Suspended bool `json:"suspended"`
}

// NewUser is what it takes to add a user. Email, Cellphone and CountryCode are
// checked as by Authy's users/new.
type NewUser struct {
	// AuthyID may be chosen; 0 asks for the next free one.
	AuthyID     int64  `json:"authy_id,omitempty"`
	Email       string `json:"email"`
	Cellphone   string `json:"cellphone"`
	CountryCode int    `json:"country_code"`
	// Secret, in base32, may be chosen; "" asks for a random one.
	Secret    string `json:"secret,omitempty"`
	Confirmed bool   `json:"confirmed,omitempty"`
	// Registered users have Authy's app; Suspended ones may not verify.
	Registered bool `json:"registered,omitempty"`
	Suspended  bool `json:"suspended,omitempty"`
}

// Token is what a user's Authy app shows during one step.
type Token struct {
	AuthyID int64 `json:"authy_id"`
	// Token is the token itself, digits only.
	Token string `json:"token"`
	// Step is how many steps it is away from the current one: 0 is the token
	// of now, -1 the one before.
	Step int64 `json:"step"`
	// From and Until bound the time for which it is the current one.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Fault makes the Authy API misbehave on purpose.
type Fault struct {
	// Name of the fault:
	//
	//	answer   say Body with Status, whatever was asked
	//	delay    say the true answer after Delay
	//	hang-up  close the connection without a word
	Name string `json:"name"`
	// Endpoint that it befalls, such as "verify"; "" is every one.
	Endpoint string `json:"endpoint,omitempty"`
	// AuthyID is the user whose requests it befalls; 0 is everybody's.
	AuthyID int64 `json:"authy_id,omitempty"`
	// Times is how many requests it befalls; 0 is every one until it is healed.
	Times int `json:"times,omitempty"`
	// Delay of the fault delay, such as "3s" (Go's time.ParseDuration).
	Delay string `json:"delay,omitempty"`
	// Status, ContentType and Body of the fault answer. 0 and "" stand for 200
	// and Authy's own content type.
	Status      int    `json:"status,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Body        string `json:"body,omitempty"`
}

// Request is one that the Authy API was asked, from the journal.
type Request struct {
	// Number counts the requests of the journal, from 1.
	Number int64     `json:"number"`
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	// Target is that of the request line. API keys and tokens are blotted out.
	Target string `json:"target"`
	// Endpoint such as "verify"; "" where there is none.
	Endpoint string `json:"endpoint"`
	// AuthyIDs are the users whom the request names, wherever it does so.
	AuthyIDs []int64 `json:"authy_ids"`
	// Known tells whether the request came with the application's API key.
	// Without one it belongs to no application, and all of them see it.
	Known bool `json:"known_api_key"`
	// Fault that befell the request, or "".
	Fault string `json:"fault,omitempty"`
	// Status of the answer; 0 as long as there is none.
	Status int `json:"status"`
	// Outcome is the message of the answer, such as "Token is invalid".
	Outcome string `json:"outcome"`
}

// Problem is the body of every answer of the control API that is not a success.
type Problem struct {
	// Message says what is wrong, and what was expected.
	Message string `json:"error"`
}
