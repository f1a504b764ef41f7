package sandbox

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// output is the pipe behind a process's standard output and standard error. It
// knows for certain which invocation a line belongs to: drain waits until all
// that was written before has been read, by sending a mark down the same pipe.
type output struct {
	read, write *os.File
	mark        string
	emit        func(requestID, text string)

	drained chan struct{} // a value for each mark read
	ended   chan struct{} // closed once there is nothing more to read

	mu        sync.Mutex
	requestID string
}

// newOutput starts to read. mark must be a text that no function writes.
func newOutput(mark string, emit func(requestID, text string)) (*output, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("open pipe for output: %w", err)
	}
	o := &output{
		read: read, write: write, mark: "\x00" + mark + "\n", emit: emit,
		drained: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	go o.readLines()
	return o, nil
}

func (o *output) readLines() {
	defer close(o.ended)
	reader := bufio.NewReader(o.read)
	for {
		line, err := reader.ReadString('\n')
		text, marked := strings.CutSuffix(line, o.mark)
		if !marked {
			text = strings.TrimSuffix(line, "\n")
		}
		// A mark ends a line that has no line feed yet; alone it is no line.
		if text != "" || (!marked && line != "") {
			o.emit(o.current(), text)
		}
		if marked {
			o.drained <- struct{}{}
		}
		if err != nil {
			return
		}
	}
}

// assign makes what follows part of an invocation; empty: of none.
func (o *output) assign(requestID string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.requestID = requestID
}

func (o *output) current() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.requestID
}

// drain returns when everything written before it has been emitted. One call at
// a time.
func (o *output) drain() {
	if _, err := o.write.WriteString(o.mark); err != nil {
		return // the process has exited, and finish reads the rest
	}
	select {
	case <-o.drained:
	case <-o.ended:
	}
}

// finish reads the rest after the process has exited.
func (o *output) finish() {
	o.write.Close()
	// A descendant that has left the process group may keep the pipe open.
	o.read.SetReadDeadline(time.Now().Add(time.Second)) //nolint:errcheck // pipes have deadlines
	<-o.ended
	o.read.Close()
}
