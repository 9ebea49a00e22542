package sftpgo

import "testing"

func TestChange(t *testing.T) {
	t.Parallel()
	const before = `{"sftpd":{"a":1,"b":[2]},"command":{"env":[]},"plugins":[],"ftpd":{"bindings":[{"port":1,"x":2},{"port":3}]}}`
	for changes, want := range map[string]string{
		`{}`:                              `{"command":{"env":[]},"ftpd":{"bindings":[{"port":1,"x":2},{"port":3}]},"plugins":[],"sftpd":{"a":1,"b":[2]}}`,
		`{"sftpd":{"b":"c"}}`:             `{"command":{"env":[]},"ftpd":{"bindings":[{"port":1,"x":2},{"port":3}]},"plugins":[],"sftpd":{"a":1,"b":"c"}}`,
		`{"ftpd":{"bindings":[{"x":4}]}}`: `{"command":{"env":[]},"ftpd":{"bindings":[{"port":1,"x":4},{"port":3}]},"plugins":[],"sftpd":{"a":1,"b":[2]}}`,
		`{"sftpd":{"b":[5,6]}}`:           `{"command":{"env":[]},"ftpd":{"bindings":[{"port":1,"x":2},{"port":3}]},"plugins":[],"sftpd":{"a":1,"b":[5,6]}}`,
		`{"sftp":{"b":"c"}}`:              "", // a section that SFTPGo would not read
		`{"sftpd":{"bb":"c"}}`:            "", // nor this setting
		`{"plugins":{"a":1}}`:             "",
		`{"sftpd":"c"}`:                   "",
		`[]`:                              "",
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
