package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/twohop/twohop/pkg/picture"
)

// watching looks again and again.
type watching struct {
	look     func(context.Context) (picture.Picture, error)
	show     func(io.Writer, picture.Picture) error
	verdict  func(picture.Picture) error
	failed   func(error) // of a look that is repeated
	lines    bool        // each picture is a line of its own; nothing is painted over
	interval time.Duration
}

// run goes on until it is interrupted, and says then what the last refresh found. One that
// fails is reported and made again; if it was the first, or if AWS refuses, that is the end.
func (w watching) run(ctx context.Context, out io.Writer) error {
	var last error
	for first := true; ; first = false {
		p, err := w.look(ctx)
		switch {
		case ctx.Err() != nil && first:
			return ctx.Err()
		case ctx.Err() != nil:
			return endOfWatch(last)
		case err != nil && (first || denied(err)):
			return err
		case err != nil:
			w.failed(err)
			last = err
		default:
			if !w.lines {
				repaint(out)
			}
			if err := w.show(out, p); err != nil {
				return err
			}
			last = w.verdict(p)
		}
		select {
		case <-ctx.Done():
			return endOfWatch(last)
		case <-time.After(w.interval):
		}
	}
}

// endOfWatch is an interruption with what the last refresh found.
func endOfWatch(last error) error {
	found := "nothing that needs action"
	if last != nil {
		found = oneLine(last.Error())
	}
	return &hinted{fmt.Errorf("%w; the last refresh found %s", errInterrupted, found), "without --watch the exit code is what one refresh finds"}
}

// repaint begins at the top of the screen, where there is one.
func repaint(out io.Writer) {
	if to, ok := out.(plain); ok && to.terminal {
		fmt.Fprint(to.screen(), "\x1b[H\x1b[2J")
	}
}

func isTerminal(out io.Writer) bool {
	to, ok := out.(plain)
	return ok && to.terminal
}
