package authy

import (
	"strconv"
	"strings"
)

// Phone identifies a user: Authy matches users by cellphone and country code,
// not by e-mail.
type Phone struct {
	CountryCode int
	// Number holds the digits of the national number.
	Number string
}

// String is the number as Authy writes it to people. One rule fits every
// recorded one: four digits at the end, three before them, and the rest, as in
// +1 775-461-5609 and +84 86-674-2932.
func (p Phone) String() string {
	n := p.Number
	if len(n) > 7 {
		n = n[:len(n)-7] + "-" + n[len(n)-7:len(n)-4] + "-" + n[len(n)-4:]
	}
	return "+" + strconv.Itoa(p.CountryCode) + " " + n
}

// Masked is the number with all but its last digits hidden, as the answers to
// sms and call tell it: +57-XXX-XXX-XX12, whatever the length.
func (p Phone) Masked() string {
	return "+" + strconv.Itoa(p.CountryCode) + "-XXX-XXX-XX" + p.Number[len(p.Number)-2:]
}

// LastFour is the number as users/status tells it, whatever the country.
func (p Phone) LastFour() string {
	return "XXX-XXX-" + p.Number[len(p.Number)-4:]
}

// CellphoneDigits strips everything but digits from a cellphone as a client
// wrote it. The second result is false where Authy finds it invalid: recorded
// answers accept 7 digits and more and refuse 5 and fewer, whatever stands
// between them. 15 is the greatest length of ITU-T E.164.
func CellphoneDigits(cellphone string) (string, bool) {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, cellphone)
	return digits, len(digits) >= 7 && len(digits) <= 15
}

// ParseCountryCode reads a country calling code as a client wrote it. The
// second result is false where Authy finds it invalid: nothing, 0 and 999 in
// recorded answers, and here every other code that ITU-T E.164 assigns to no
// country.
func ParseCountryCode(text string) (int, bool) {
	code, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(text), "+"))
	if err != nil || !assignedCountryCode(code) {
		return 0, false
	}
	return code, true
}

// assignedCountryCode tells whether ITU-T E.164 assigns the code to a country
// or to a network of its own.
func assignedCountryCode(code int) bool {
	switch code {
	case 1,
		20, 27, 211, 212, 213, 216, 218, 220, 221, 222, 223, 224, 225, 226, 227, 228,
		229, 230, 231, 232, 233, 234, 235, 236, 237, 238, 239, 240, 241, 242, 243, 244,
		245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255, 256, 257, 258, 260, 261,
		262, 263, 264, 265, 266, 267, 268, 269, 290, 291, 297, 298, 299,
		30, 31, 32, 33, 34, 36, 39, 350, 351, 352, 353, 354, 355, 356, 357, 358,
		359, 370, 371, 372, 373, 374, 375, 376, 377, 378, 380, 381, 382, 383, 385, 386,
		387, 389,
		40, 41, 43, 44, 45, 46, 47, 48, 49, 420, 421, 423,
		51, 52, 53, 54, 55, 56, 57, 58, 500, 501, 502, 503, 504, 505, 506, 507,
		508, 509, 590, 591, 592, 593, 594, 595, 596, 597, 598, 599,
		60, 61, 62, 63, 64, 65, 66, 670, 672, 673, 674, 675, 676, 677, 678, 679,
		680, 681, 682, 683, 685, 686, 687, 688, 689, 690, 691, 692,
		7,
		81, 82, 84, 86, 800, 808, 850, 852, 853, 855, 856, 870, 878, 880, 881, 882,
		883, 886, 888,
		90, 91, 92, 93, 94, 95, 98, 960, 961, 962, 963, 964, 965, 966, 967, 968,
		970, 971, 972, 973, 974, 975, 976, 977, 979, 992, 993, 994, 995, 996, 998:
		return true
	}
	return false
}
