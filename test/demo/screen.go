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

// bars shows the steps of all plays until close.
type bars struct {
	screen   *screen
	progress *mpb.Progress // nil where there is no terminal
	rows     []*mpb.Bar
	labels   []atomic.Value    // strings; the bars are drawn by a goroutine of their own
	shown    map[string]string // last printed state by step and resource
}

// whole is a finished row.
const whole = 100

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
			mpb.PrependDecorators(decor.Name(p.Name, decor.WC{W: 10, C: decor.DindentRight}), decor.Name(p.Type, decor.WC{W: 11, C: decor.DindentRight})),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return label.Load().(string) })),
		))
	}
	return b
}

// show brings the screen up to date at a simulated instant.
func (b *bars) show(now time.Time, plays []*play) {
	for i, p := range plays {
		if b.progress != nil {
			b.labels[i].Store(p.describe())
			b.rows[i].SetCurrent(p.percent())
			continue
		}
		for _, step := range p.steps {
			key := fmt.Sprintf("%-6s of %-9s  %-10s", step.name, p.Name, p.Type)
			if step.state == "" || b.shown[key] == step.state {
				continue
			}
			b.shown[key] = step.state
			text := now.Format("15:04") + "  " + key + "  " + step.state
			if step.message != "" {
				text += ": " + step.message
			}
			b.screen.say("%s", text)
		}
	}
}

// percent is how much of a resource's way is done.
func (p *play) percent() int64 {
	if len(p.steps) == 0 {
		return 0
	}
	done := 0.0
	for _, step := range p.steps {
		done += step.progress
	}
	return int64(whole * done / float64(len(p.steps)))
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
