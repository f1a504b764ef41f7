package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// screen is where the demo shows itself: bars on a terminal, lines elsewhere.
type screen struct {
	out      io.Writer
	terminal bool
}

func newScreen(out io.Writer) *screen {
	s := &screen{out: out}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		s.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return s
}

func (s *screen) say(format string, args ...any) {
	fmt.Fprintf(s.out, format+"\n", args...)
}

// frame is how long a minute of the simulation stays on a terminal.
const frame = 40 * time.Millisecond

// pause lets a person see the frame; where nobody watches it takes no time.
func (s *screen) pause(ctx context.Context) {
	if !s.terminal {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(frame):
	}
}

// bars shows the hops of all plays until close.
type bars struct {
	screen   *screen
	progress *mpb.Progress // nil where there is no terminal
	rows     []*mpb.Bar
	labels   []atomic.Value    // strings; the bars are drawn by a goroutine of their own
	shown    map[string]string // last printed state by hop and database
}

// whole is a finished row: two hops of a hundred per cent.
const whole = 200

func (s *screen) bars(plays []*play) *bars {
	b := &bars{screen: s, shown: map[string]string{}}
	if !s.terminal {
		return b
	}
	b.labels = make([]atomic.Value, len(plays))
	b.progress = mpb.New(mpb.WithOutput(s.out), mpb.WithWidth(40), mpb.WithRefreshRate(frame))
	for i, p := range plays {
		label := &b.labels[i]
		label.Store("")
		b.rows = append(b.rows, b.progress.AddBar(whole,
			mpb.PrependDecorators(decor.Name(p.Name, decor.WC{W: 10, C: decor.DindentRight}), decor.Name(p.ResourceType, decor.WC{W: 11, C: decor.DindentRight})),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return label.Load().(string) })),
		))
	}
	return b
}

func describe(p *play) string {
	switch one, two := p.steps[0], p.steps[1]; {
	case two.state != "":
		return "hop 2 " + two.state
	case one.state == "COMPLETED":
		return "hop 1 COMPLETED, waiting for hop 2"
	default:
		return "hop 1 " + one.state
	}
}

// show brings the screen up to date at a simulated time since the beginning.
func (b *bars) show(elapsed time.Duration, plays []*play) {
	for i, p := range plays {
		if b.progress != nil {
			b.labels[i].Store(describe(p))
			b.rows[i].SetCurrent(int64(100*p.steps[0].progress + 100*p.steps[1].progress))
			continue
		}
		for h, step := range p.steps {
			key := fmt.Sprintf("hop %d of %-9s  %-10s", h+1, p.Name, p.ResourceType)
			if step.state != "" && b.shown[key] != step.state {
				b.shown[key] = step.state
				b.screen.say("%d:%02d  %s  %s", elapsed/time.Hour, elapsed/time.Minute%60, key, step.state)
			}
		}
	}
}

// close leaves the bars as they are.
func (b *bars) close() {
	if b.progress == nil {
		return
	}
	for _, row := range b.rows {
		row.Abort(false) // a bar that is not full would be waited for
	}
	b.progress.Wait()
}
