package hooks

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// AuthyID is the number under which Authy knows a user: 1 to 20 ASCII digits.
type AuthyID string

const maxAuthyIDDigits = 20

// errAuthyID does not repeat the text: it stands where an ID should, but it may
// be anything.
var errAuthyID = errors.New("an Authy ID is a number of 1 to 20 digits")

// ParseAuthyID returns text as an AuthyID, or an error if it is not one.
func ParseAuthyID(text string) (AuthyID, error) {
	if len(text) > maxAuthyIDDigits || !isDigits(text) {
		return "", errAuthyID
	}
	return AuthyID(text), nil
}

// Enrolment is what a [Directory] knows of an account. The zero value is of no
// use: it has neither an Authy ID nor an exception.
type Enrolment struct {
	// AuthyID is the number under which Authy knows the user.
	AuthyID AuthyID
	// TokenDigits is the length of this user's tokens; 0 stands for that of the
	// [Decider].
	TokenDigits int
	// NoToken excepts the user: the password alone is enough.
	NoToken bool
	// NoTokenFrom excepts the user's logins from these networks.
	NoTokenFrom []netip.Prefix
}

// exception says why a login from that address needs no token; "" is none. An
// address that cannot be read is in no network.
func (e Enrolment) exception(ip string) string {
	if e.NoToken {
		return "this user needs no token"
	}
	address, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	address = address.Unmap().WithZone("")
	for _, network := range e.NoTokenFrom {
		if network.Contains(address) {
			return "no token is needed from " + network.String()
		}
	}
	return ""
}

// String is what a users file says behind the name of the user.
func (e Enrolment) String() string {
	columns := []string{string(e.AuthyID)}
	if e.TokenDigits != 0 {
		columns = append(columns, optionDigits+"="+strconv.Itoa(e.TokenDigits))
	}
	if e.NoToken {
		columns = append(columns, optionNoToken)
	}
	for _, network := range e.NoTokenFrom {
		columns = append(columns, optionNoTokenFrom+"="+network.String())
	}
	return strings.Join(columns, ",")
}

// check refuses what contradicts itself or says nothing.
func (e Enrolment) check() error {
	if e.AuthyID == "" && !e.NoToken {
		return errors.New("no Authy ID, and no token is asked for all the same only with no-token")
	}
	if e.NoToken && len(e.NoTokenFrom) > 0 {
		return errors.New("no-token excepts every login: no-token-from beside it says less")
	}
	return nil
}

// The names of what a line of a users file may say besides the Authy ID. In
// additional_info they are written with underscores, after authy.
const (
	optionDigits      = "digits"
	optionNoToken     = "no-token"
	optionNoTokenFrom = "no-token-from"
)

// set reads one option.
func (e *Enrolment) set(name, value string) (err error) {
	switch name {
	case optionDigits:
		if e.TokenDigits != 0 {
			return errTwice(name)
		}
		e.TokenDigits, err = parseDigits(value)
	case optionNoToken:
		if e.NoToken {
			return errTwice(name)
		}
		e.NoToken, err = parseBool(value)
	case optionNoTokenFrom:
		var network netip.Prefix
		network, err = parseNetwork(value)
		e.NoTokenFrom = append(e.NoTokenFrom, network)
	default:
		return fmt.Errorf("unknown option; known are %s=6, %s, %s=10.0.0.0/8", optionDigits, optionNoToken, optionNoTokenFrom)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func errTwice(name string) error { return fmt.Errorf("%s stands there twice", name) }

// parseNetwork reads a network such as 10.0.0.0/8, or one address. A network
// with bits of an address in it is refused: whoever wrote it meant either more
// or less.
func parseNetwork(text string) (netip.Prefix, error) {
	network, err := netip.ParsePrefix(text)
	if err != nil {
		address, err := netip.ParseAddr(text)
		if err != nil || address.Zone() != "" || address.Is4In6() {
			return netip.Prefix{}, errors.New("expected a network such as 10.0.0.0/8 or 2001:db8::/32, or one address")
		}
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	if network != network.Masked() || network.Addr().Is4In6() {
		return netip.Prefix{}, errors.New("expected the first address of the network before the slash, such as 10.0.0.0/8")
	}
	return network, nil
}

// parseDigits reads the length of a token.
func parseDigits(text string) (int, error) {
	digits, err := strconv.Atoi(text)
	if err != nil || digits < MinTokenDigits || digits > MaxTokenDigits || text != strconv.Itoa(digits) {
		return 0, fmt.Errorf("expected a number from %d to %d", MinTokenDigits, MaxTokenDigits)
	}
	return digits, nil
}

// parseOption splits an option as people write it: no-token is as good as
// no-token=true.
func parseOption(text string) (name, value string) {
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		value = "true"
	}
	return name, value
}
