package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// bar is a progress bar with lines above it; where nobody watches, the lines alone.
type bar struct {
	out  io.Writer
	all  *mpb.Progress // nil: none is shown
	line *mpb.Bar
}

// barOf begins a bar of so many steps below a name, on a terminal.
func barOf(out io.Writer, name string, steps int) *bar {
	to, ok := out.(plain)
	if !ok || !to.terminal {
		return &bar{out: out}
	}
	all := mpb.New(mpb.WithOutput(to.screen()), mpb.WithWidth(40), mpb.WithAutoRefresh())
	return &bar{out, all, all.AddBar(int64(steps), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(name+" ")), mpb.AppendDecorators(decor.CountersNoUnit("%d of %d")))}
}

// step counts one step.
func (b *bar) step() {
	if b.line != nil {
		b.line.Increment()
	}
}

// at sets how many steps of how many are made.
func (b *bar) at(n, of int) {
	if b.line != nil {
		b.line.SetTotal(int64(of), false)
		b.line.SetCurrent(int64(n))
	}
}

// say prints a line above the bar.
func (b *bar) say(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if b.all == nil {
		fmt.Fprintln(b.out, text)
		return
	}
	_, _ = b.all.Write([]byte(escaped(strings.TrimRight(text, "\n")) + "\n")) // a line that a closed terminal does not take is lost with it
}

// end takes the bar away.
func (b *bar) end() {
	if b.all != nil {
		b.line.Abort(true)
		b.all.Wait()
	}
}
