package authy

import (
	"fmt"
	"regexp"
	"strconv"
)

// email is as strict as the recorded answers are: foo and domain.com are
// refused.
var email = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)

// ValidEmail tells whether Authy takes the text for an e-mail address.
func ValidEmail(text string) bool {
	return email.MatchString(text)
}

// UserForm is a user as a person writes one, in a seed file or for the control
// API.
type UserForm struct {
	ID          int64
	Email       string
	Cellphone   string
	CountryCode int
	Secret      string
	Confirmed   bool
	Registered  bool
	Suspended   bool
}

// Check reads the form. An error names the field and what was expected.
func (f UserForm) Check() (NewUser, error) {
	if !ValidEmail(f.Email) {
		return NewUser{}, fmt.Errorf("email %q: want an address such as alice@example.com", f.Email)
	}
	number, ok := CellphoneDigits(f.Cellphone)
	if !ok {
		return NewUser{}, fmt.Errorf("cellphone %q: want 7 to 15 digits", f.Cellphone)
	}
	country, ok := ParseCountryCode(strconv.Itoa(f.CountryCode))
	if !ok {
		return NewUser{}, fmt.Errorf("country_code %d: want a country calling code such as 1", f.CountryCode)
	}
	n := NewUser{
		ID:         f.ID,
		Email:      f.Email,
		Phone:      Phone{CountryCode: country, Number: number},
		Confirmed:  f.Confirmed,
		Registered: f.Registered,
		Suspended:  f.Suspended,
	}
	if f.Secret != "" {
		secret, err := ParseSecret(f.Secret)
		if err != nil {
			return NewUser{}, fmt.Errorf("secret: %w", err)
		}
		n.Secret = secret
	}
	return n, nil
}
