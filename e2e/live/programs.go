package live

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/sftpgo-authy/sftpgo-authy/mockauthy/container/build"
)

// folder is where programs are in the containers.
const folder = "/opt/hookcheck"

// machines are the architectures of ELF by their names in Go and Docker.
var machines = map[string]elf.Machine{
	"386": elf.EM_386, "amd64": elf.EM_X86_64, "arm": elf.EM_ARM, "arm64": elf.EM_AARCH64,
	"ppc64le": elf.EM_PPC64, "riscv64": elf.EM_RISCV, "s390x": elf.EM_S390,
}

// linking is what a program needs to run in a container.
type linking int

const (
	script  linking = iota // its interpreter
	static                 // nothing
	dynamic                // its libraries
)

// inspect finds out whether a program can run where the engine runs: a script, or
// a Linux program for its architecture.
func inspect(content []byte, arch string) (linking, error) {
	if bytes.HasPrefix(content, []byte("#!")) {
		return script, nil
	}
	program, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return 0, fmt.Errorf("want a script that begins with #!, or a program for linux/%s", arch)
	}
	if want, known := machines[arch]; known && program.Machine != want {
		return 0, fmt.Errorf("want a program for linux/%s, and it is one for %s", arch, program.Machine)
	}
	for _, segment := range program.Progs {
		if segment.Type == elf.PT_INTERP {
			return dynamic, nil
		}
	}
	return static, nil
}

// hookProgram is the program of the hook in the container.
func (d *Driver) hookProgram(arch string) (build.File, error) {
	content, err := os.ReadFile(d.hook.Program)
	if err != nil {
		return build.File{}, fmt.Errorf("program: %w", err)
	}
	needs, err := inspect(content, arch)
	if err != nil {
		return build.File{}, fmt.Errorf("program %s: %w", d.hook.Program, err)
	}
	if needs == dynamic {
		d.options.note(fmt.Sprintf("%s is dynamically linked: it runs only if the image %s has its libraries", d.hook.Program, d.options.Image))
	}
	return build.File{Path: path.Join(folder, filepath.Base(d.hook.Program)), Content: content, Mode: 0o755}, nil
}

// mockProgram is the program that serves the mock.
func (d *Driver) mockProgram(arch string) (build.File, error) {
	name := d.options.MockProgram
	if name == "" {
		var err error
		if name, err = os.Executable(); err != nil {
			return build.File{}, fmt.Errorf("program of the mock: %w", err)
		}
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return build.File{}, fmt.Errorf("program of the mock: %w", err)
	}
	if needs, err := inspect(content, arch); err != nil || needs != static {
		return build.File{}, fmt.Errorf("%s cannot serve the mock in a container: want a static program for linux/%s, such as one built with CGO_ENABLED=0 GOOS=linux GOARCH=%s", name, arch, arch)
	}
	return build.File{Path: path.Join(folder, "mock", filepath.Base(name)), Content: content, Mode: 0o755}, nil
}

// moreFiles are the files that the hook needs beside its program.
func (d *Driver) moreFiles() ([]build.File, error) {
	var all []build.File
	for _, name := range d.options.Files {
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return nil, fmt.Errorf("file of the hook: %w", err)
		case !filepath.IsAbs(name):
			return nil, fmt.Errorf("file of the hook %s: want an absolute path, as it is the same in the container", name)
		case !info.Mode().IsRegular():
			return nil, fmt.Errorf("file of the hook %s: want a regular file", name)
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("file of the hook: %w", err)
		}
		all = append(all, build.File{Path: filepath.ToSlash(name), Content: content, Mode: int64(info.Mode().Perm())})
	}
	return all, nil
}
