package hooks

import (
	"io/fs"
	"os"
	"time"
)

const (
	// lookEvery is how often files that may change are looked at.
	lookEvery = time.Second
	// settled is how old a change has to be to show: two changes within one tick
	// of the file system's clock look like one.
	settled = 2 * time.Second
)

// fileStamp is what files looked like when they were read.
type fileStamp struct {
	infos []fs.FileInfo
	read  time.Time
}

// stat looks at files. Next to an error, the first, it tells of those that could
// be looked at; the others are nil.
func stat(paths ...string) (infos []fs.FileInfo, err error) {
	for _, path := range paths {
		info, problem := os.Stat(path)
		if problem != nil {
			info = nil
			if err == nil {
				err = problem
			}
		}
		infos = append(infos, info)
	}
	return infos, err
}

// certain reports whether these are without doubt the files that were read.
func (s fileStamp) certain(infos []fs.FileInfo) bool {
	for _, info := range infos {
		if info == nil || s.read.Sub(info.ModTime()) <= settled {
			return false
		}
	}
	return s.alike(infos)
}

// alike reports whether these seem to be the files that were read.
func (s fileStamp) alike(infos []fs.FileInfo) bool {
	if len(s.infos) != len(infos) {
		return false
	}
	for i, info := range infos {
		if !sameFile(s.infos[i], info) {
			return false
		}
	}
	return true
}

func sameFile(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size() && a.Mode() == b.Mode()
}
