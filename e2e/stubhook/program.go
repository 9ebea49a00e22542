package stubhook

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
)

// UsernameVariable is in the environment of a program that SFTPGo starts.
const UsernameVariable = "SFTPGO_AUTHD_USERNAME"

// exitUntold is the exit code of a hook that cannot do what it was told. No
// scenario asks for it.
const exitUntold = 99

// Run is the hook as a program, which finds in the folder what to do at a login of
// the user. It returns the exit code, unless it ends otherwise.
func Run(ctx context.Context, folder, username string, stdin io.Reader, stdout, stderr io.Writer) int {
	a, err := read(folder, username)
	if err == nil {
		err = a.print(stdin, stdout)
	}
	code := 0
	if err == nil {
		code, err = a.End.come(ctx)
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitUntold
	}
	return code
}

// print prints the outputs, and waits for a line before each but the first.
func (a Answer) print(stdin io.Reader, stdout io.Writer) error {
	lines := bufio.NewReader(stdin)
	for step, output := range a.Outputs {
		if step > 0 {
			if _, err := lines.ReadString('\n'); err != nil {
				return fmt.Errorf("stub hook: answer %d: %w", step, err)
			}
		}
		if _, err := io.WriteString(stdout, output); err != nil {
			return fmt.Errorf("stub hook: output %d: %w", step+1, err)
		}
	}
	return nil
}

// come returns the exit code, or does not return.
func (e End) come(ctx context.Context) (code int, err error) {
	switch e {
	case Never:
		<-ctx.Done()
		return 0, ctx.Err()
	case Killed:
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		if err == nil {
			<-ctx.Done()
		}
		return 0, err
	default:
		return strconv.Atoi(string(e))
	}
}
