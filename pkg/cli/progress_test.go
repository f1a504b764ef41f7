package cli

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// shared is a buffer that a bar may write to at any time.
type shared struct {
	mu sync.Mutex
	bytes.Buffer
}

func (s *shared) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.Write(text)
}

// tellAll tells of a whole copy-back, half an hour a step.
func tellAll(out io.Writer) {
	now := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	detour, local := hop.Vault{ARN: "d", Name: "detour"}, hop.Vault{ARN: "l", Name: "local"}
	use := &relay.CopyBack{Way: hop.WayBack{Local: local, Detour: detour}, Now: func() time.Time { return now }}
	p := newProgress(&copyBack{wait: true}, out, use)
	step := func(verdict hop.BackVerdict, to hop.Vault, job string, state hop.State) {
		p.tell(hop.BackStep{Verdict: verdict, To: to, Job: hop.CopyJob{ID: job, State: state, Created: now.Add(-30 * time.Minute)}})
		now = now.Add(30 * time.Minute)
	}
	step(hop.BackUnderway, detour, "one", hop.Created)
	p.busy(errors.New("Rate\x1b exceeded"))
	step(hop.BackUnderway, detour, "one", hop.Running)
	step(hop.BackDue, local, "", "")
	step(hop.BackUnderway, local, "two", hop.Running)
	step(hop.BackUnderway, local, "two", hop.Running)
	p.left(p.last)
	step(hop.BackDone, local, "", "")
	p.end()
	p.end()
}

func TestProgressIsLinesAndOnATerminalABarBelowThem(t *testing.T) {
	for sentence, terminal := range map[string]bool{"in a pipe": false, "on a terminal": true} {
		t.Run(sentence, func(t *testing.T) {
			var out shared
			tellAll(plain{Writer: &out, terminal: terminal})
			for _, line := range []string{
				"copy to detour: job one is CREATED, for 30m0s\n", "looking again in 0s: Rate", "the copy to detour is there, after 1h", "copy to local: due\n",
				"copy to local: job two is RUNNING, for 30m0s\n", "copy job two to local runs on;", "the copy to local is there, after ",
			} {
				assert.Contains(t, out.String(), line)
			}
			assert.NotContains(t, out.String(), "%", "nobody knows how much is done")
			assert.NotContains(t, out.String(), "Rate\x1b")
		})
	}
}
