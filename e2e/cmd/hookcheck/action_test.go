package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// action is the part of action.yml that the test needs.
type action struct {
	Inputs map[string]struct {
		Description string
		Required    bool
	}
	Runs struct {
		Steps []struct {
			Env map[string]string
			Run string
		}
	}
}

// TestAction runs the script of action.yml as GitHub does: with its inputs in
// variables, and in the user's folder.
func TestAction(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("left out: action.yml, because there is no bash")
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(content, &a); err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	hook, err := os.ReadFile(denies(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(work, "my-hook"), hook, 0o700); err != nil {
		t.Fatal(err)
	}
	inputs := map[string]string{
		"kind": "check-password", "program": "./my-hook", "users": "alice=1\nbob=2\n",
		"rules": "CHECKPWD-TOKEN-WRONG\nCHECKPWD-FORCE\n", "junit": "junit.xml",
	}
	step := a.Runs.Steps[len(a.Runs.Steps)-1]
	env := append(os.Environ(), "GITHUB_ACTION_PATH="+root, "RUNNER_TEMP="+t.TempDir())
	used := map[string]bool{}
	for name, value := range step.Env {
		input := strings.TrimSuffix(strings.TrimPrefix(value, "${{ inputs."), " }}")
		if _, ok := a.Inputs[input]; !ok {
			t.Errorf("%s is set to %s, and there is no such input", name, value)
		}
		used[input] = true
		env = append(env, name+"="+inputs[input])
	}
	for input := range a.Inputs {
		if !used[input] {
			t.Errorf("the input %s is not used", input)
		}
	}
	cmd := exec.CommandContext(t.Context(), bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
	cmd.Dir, cmd.Env = work, env
	said, err := cmd.CombinedOutput()
	// CHECKPWD-FORCE wants Authy to be asked, which this hook does not.
	if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(string(said), "The hook breaks 1 of 2 MUST rules") {
		t.Errorf("exit %d, %v:\n%s", code, err, said)
	}
	if _, err := os.Stat(filepath.Join(work, "junit.xml")); err != nil {
		t.Error(err)
	}
}
