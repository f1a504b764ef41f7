//go:build unix && !linux

package sandbox

import (
	"os"
	"os/exec"
	"syscall"
)

// isolate gives the process a group of its own. It outlives a parent that is
// killed.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// killGroup kills the process and those of its descendants that stayed in its
// group. An empty group is no error.
func killGroup(p *os.Process) {
	syscall.Kill(-p.Pid, syscall.SIGKILL) //nolint:errcheck // gone is what it shall be
}

func peakMemory(int) int64 { return 0 }
