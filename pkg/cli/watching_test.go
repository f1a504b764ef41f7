package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

// watched runs a watch until its looks are used up, and then interrupts it.
func watched(t *testing.T, out io.Writer, looks ...error) error {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	n := 0
	return watching{interval: time.Millisecond,
		look: func(context.Context) (picture.Picture, error) {
			n++
			if n > len(looks) {
				interrupt()
				return picture.Picture{}, context.Canceled
			}
			return picture.Picture{Points: n}, looks[n-1]
		},
		show:    func(out io.Writer, p picture.Picture) error { fmt.Fprintf(out, "look %d\n", p.Points); return nil },
		failed:  func(err error) { fmt.Fprintf(out, "refresh failed; retrying: %s\n", oneLine(err.Error())) },
		verdict: func(p picture.Picture) error { return fmt.Errorf("something at look %d", p.Points) },
	}.run(ctx, out)
}

func TestAWatchGoesOnUntilItIsInterrupted(t *testing.T) {
	var out bytes.Buffer
	err := watched(t, plain{Writer: &out}, nil, errors.New("the line\nis down"), nil)
	require.EqualError(t, err, "interrupted; the last refresh found something at look 3", "the last look counts")
	require.ErrorIs(t, err, errInterrupted)
	assert.Equal(t, "look 1\nrefresh failed; retrying: the line is down\nlook 3\n", out.String())
}

func TestAWatchIsNotGreenAboutWhatItCouldNotRead(t *testing.T) {
	require.ErrorIs(t, watched(t, io.Discard), context.Canceled, "interrupted during the first refresh")
	down := errors.New("the line is down")
	require.ErrorContains(t, watched(t, io.Discard, nil, down), "the line is down", "the last one failed")
}

func TestAWatchPaintsOverWhatItShowedOnATerminalOnly(t *testing.T) {
	var out bytes.Buffer
	require.Error(t, watched(t, plain{Writer: &out, terminal: true}, nil))
	assert.Equal(t, "\x1b[H\x1b[2Jlook 1\n", out.String())
}

func TestAWatchEndsWhereLookingIsOfNoUse(t *testing.T) {
	require.EqualError(t, watched(t, io.Discard, errors.New("no such estate")), "no such estate")
	denial := &hop.Failure{Class: hop.ClassRole, Code: "AccessDenied"}
	require.ErrorIs(t, watched(t, io.Discard, nil, denial, nil), denial)
}
