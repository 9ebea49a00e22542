package sftpgo

import "testing"

func TestChange(t *testing.T) {
	t.Parallel()
	const before = `{"sftpd":{"a":1,"b":[2]},"command":{"env":[]},"plugins":[]}`
	for changes, want := range map[string]string{
		`{}`:                   `{"command":{"env":[]},"plugins":[],"sftpd":{"a":1,"b":[2]}}`,
		`{"sftpd":{"b":"c"}}`:  `{"command":{"env":[]},"plugins":[],"sftpd":{"a":1,"b":"c"}}`,
		`{"sftp":{"b":"c"}}`:   "", // a section that SFTPGo would not read
		`{"sftpd":{"bb":"c"}}`: "", // nor this setting
		`{"plugins":{"a":1}}`:  "",
		`{"sftpd":"c"}`:        "",
		`[]`:                   "",
	} {
		got, err := change([]byte(before), []byte(changes))
		if string(got) != want || (err != nil) != (want == "") {
			t.Errorf("%s: %s, %v, want %s", changes, got, err, want)
		}
	}
	if _, err := change([]byte("x"), []byte("{}")); err == nil {
		t.Error("a configuration that is no JSON: want an error")
	}
}
