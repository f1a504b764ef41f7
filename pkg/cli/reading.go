package cli

import (
	"fmt"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
)

const (
	readingAfter = time.Second            // a shorter command shows nothing
	readingEvery = 200 * time.Millisecond // from one update of the line to the next
)

// reading is a line on a terminal that counts the calls to AWS while a command has nothing to
// print yet. It ends at the first output. A nil one does nothing. Safe for concurrent use.
type reading struct {
	to plain

	mu           sync.Mutex
	calls        int
	last         string // call
	shown, ended bool
	stop         chan struct{}
}

// readingOn counts on a terminal; nil where there is none.
func readingOn(to plain) *reading {
	if !to.terminal {
		return nil
	}
	return &reading{to: to, stop: make(chan struct{})}
}

// called counts a call.
func (r *reading) called(operation, region string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	r.calls++
	r.last = operation + " in " + region
	if r.calls == 1 {
		go r.show()
	}
}

func (r *reading) show() {
	tick := time.NewTicker(readingEvery)
	defer tick.Stop()
	for passed := readingEvery; ; passed += readingEvery {
		select {
		case <-r.stop:
			return
		case <-tick.C:
		}
		if passed >= readingAfter {
			r.paint(passed)
		}
	}
}

// eraseLine goes to the beginning of the line and deletes it.
const eraseLine = "\r\x1b[K"

func (r *reading) paint(passed time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	line := escaped(fmt.Sprintf("reading from AWS: %s in %s, last %s", counted(r.calls, "call"), passed.Truncate(time.Second), r.last))
	if room := r.to.room(); room > 0 {
		line = text.Trim(line, room-1) // a full line would begin another
	}
	fmt.Fprint(r.to.Writer, eraseLine+line)
	r.shown = true
}

// end takes the line away.
func (r *reading) end() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	r.ended = true
	close(r.stop)
	if r.shown {
		fmt.Fprint(r.to.Writer, eraseLine)
	}
}
