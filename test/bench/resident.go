package main

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// runWatched runs a program and returns its largest resident set in bytes; 0 where that
// cannot be told, which is anywhere but on Linux. What wait reports would not do: it
// counts what the process had of its parent before exec.
func runWatched(command *exec.Cmd) (int64, error) {
	if err := command.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	var most int64
	for {
		select {
		case err := <-ended:
			return most, err
		case <-time.After(20 * time.Millisecond):
			most = max(most, residentSet(command.Process.Pid))
		}
	}
}

// residentSet is the largest so far, VmHWM, of a process.
func residentSet(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kilobytes, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0
	}
	return kilobytes << 10
}
