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

// ChangeUser is what can be changed of a user; nil leaves it. The cellphone is
// what Authy knows a user by, and stays.
type ChangeUser struct {
	Email *string `json:"email,omitempty"`
	// Secret in base32. With another one, no token is used yet.
	Secret    *string `json:"secret,omitempty"`
	Confirmed *bool   `json:"confirmed,omitempty"`
	// Registered and Suspended as in [User].
	Registered *bool `json:"registered,omitempty"`
	Suspended  *bool `json:"suspended,omitempty"`
}

// Token is what a user's Authy app shows during one step.
type Token struct {
	AuthyID int64 `json:"authy_id"`
	// Token is the token itself, digits only.
	Token string `json:"token"`
	// Step is how many steps it is away from the current one: 0 is the token
	// of now, -1 the one before.
	Step int64 `json:"step"`
	// From and Until bound the time for which the app shows it, by the clock of
	// the application.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Clock is the time of an application. It follows the mock's own clock, unless
// it has been set, frozen or moved.
type Clock struct {
	// Time that it shows.
	Time time.Time `json:"time"`
	// Frozen tells whether it stands still.
	Frozen bool `json:"frozen"`
	// Own tells whether it goes its own way, and no longer follows the mock's.
	Own bool `json:"own"`
}

// SetClock sets a clock. At least one of its fields is needed.
type SetClock struct {
	// Time to set it to, from 1970 to the year 9000; the zero time leaves it.
	Time time.Time `json:"time,omitzero"`
	// Frozen stops the clock, or lets it go on; nil leaves it.
	Frozen *bool `json:"frozen,omitempty"`
}

// AdvanceClock moves a clock.
type AdvanceClock struct {
	// By such as "10s" (Go's time.ParseDuration); back, if it is negative.
	By string `json:"by"`
}

// UserClock is the clock of a user's phone.
type UserClock struct {
	AuthyID int64 `json:"authy_id"`
	// Time that the phone shows.
	Time time.Time `json:"time"`
	// Skew is by how much it is ahead of the application's clock, such as
	// "1m30s"; behind, if it is negative.
	Skew string `json:"skew"`
}

// SetUserClock sets the clock of a user's phone wrong.
type SetUserClock struct {
	// Skew as in [UserClock], at most a year.
	Skew string `json:"skew"`
}

// Problem is the body of every answer of the control API that is not a success.
type Problem struct {
	// Message says what is wrong, and what was expected.
	Message string `json:"error"`
}
