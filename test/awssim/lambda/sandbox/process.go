package sandbox

import (
	"os/exec"
	"runtime"
	"sync"
)

// process is one bootstrap, from its start until it has been waited for.
type process struct {
	cmd    *exec.Cmd
	output *output
	exited chan struct{} // closed when the process is gone and its output read

	mu      sync.Mutex
	running bool // started and not waited for: its id is its own
}

// startProcess returns when the process runs or cannot be started. after runs
// once it has exited, before exited is closed; it does not where the start
// failed.
func startProcess(cmd *exec.Cmd, out *output, after func()) (*process, error) {
	cmd.Stdout, cmd.Stderr = out.write, out.write
	isolate(cmd)
	p := &process{cmd: cmd, output: out, exited: make(chan struct{})}
	started := make(chan error)
	go p.run(started, after)
	return p, <-started
}

// run keeps its thread as long as the process lives: where a child dies with
// its parent (see isolate), the parent is the thread that started it.
func (p *process) run(started chan<- error, after func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := p.cmd.Start(); err != nil {
		started <- err
		return
	}
	p.running = true
	started <- nil
	p.cmd.Wait() //nolint:errcheck // how it ended is in ProcessState
	p.mu.Lock()
	p.running = false
	p.mu.Unlock()
	// What it left behind in its group, whose id is not given away while anyone
	// is in it.
	killGroup(p.cmd.Process)
	p.output.finish()
	after()
	close(p.exited)
}

// kill ends the process and its descendants. It does not wait.
func (p *process) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running {
		killGroup(p.cmd.Process)
	}
}

// peakMemory is the largest resident set so far in bytes; 0 where unknown.
func (p *process) peakMemory() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running {
		return 0
	}
	return peakMemory(p.cmd.Process.Pid)
}
