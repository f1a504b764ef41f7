//go:build !unix

package sandbox

import (
	"os"
	"os/exec"
)

// isolate does nothing: there are no process groups here.
func isolate(*exec.Cmd) {}

// killGroup kills the process alone.
func killGroup(p *os.Process) {
	p.Kill() //nolint:errcheck // gone is what it shall be
}

func peakMemory(int) int64 { return 0 }
