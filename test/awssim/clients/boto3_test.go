package clients_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// line is what the process says: what came of a check, that time should pass, or
// at its end how many checks there were.
type line struct {
	Check   string
	Problem string // empty: none

	Seconds int
	During  string // an action; empty: at once

	Checks int
}

// One process runs all checks of testdata/boto3, since starting one takes longer
// than they do.
func TestBoto3WorksUnchanged(t *testing.T) {
	t.Parallel()
	program := python(t, "the local AWS as boto3 sees it", "boto3")
	seen := &calls{}
	l := start(t, seen)
	vault := l.addVault(member, primary, "local")
	l.addPlan()
	l.addSwitches()
	l.addDatabases()
	key := l.addKey()
	older := l.addPoint(vault)
	l.pass(time.Hour)
	setup, err := json.Marshal(map[string]string{
		"cluster": orders, "older": older, "younger": l.addPoint(vault), "key": key, "administrator": l.administrator(),
		"vaultKey": l.openKey(central, primary), "admits": admitsCopies, "topic": l.addTopic(),
	})
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	process := exec.CommandContext(ctx, program, filepath.Join("testdata", "boto3", "run.py"), string(setup))
	process.Env = l.environment(member)
	var problems strings.Builder
	process.Stderr = &problems
	answers, err := process.StdinPipe()
	require.NoError(t, err)
	said, err := process.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	lines, finish := []line{}, func() error { return nil }
	for text := bufio.NewScanner(said); text.Scan(); {
		var next line
		require.NoError(t, json.Unmarshal(text.Bytes(), &next), text.Text())
		lines = append(lines, next)
		if next.Seconds > 0 {
			require.NoError(t, finish()) // the call that time passed during has been answered
			finish = l.passAsAsked(next)
			_, err := io.WriteString(answers, "\n")
			require.NoError(t, err)
		}
	}
	require.NoError(t, process.Wait(), problems.String())
	require.NoError(t, finish())

	ran := 0
	for _, l := range lines {
		if l.Check != "" {
			ran++
			t.Run(l.Check, func(t *testing.T) { assert.Empty(t, l.Problem) })
		}
	}
	require.NotZero(t, ran)
	require.Equal(t, line{Checks: ran}, lines[len(lines)-1], "not all checks ran")
	seen.requireAll(t)
}

func (l *local) passAsAsked(asked line) (finish func() error) {
	d := time.Duration(asked.Seconds) * time.Second
	if asked.During != "" {
		return l.passDuring(asked.During, d)
	}
	l.pass(d)
	return func() error { return nil }
}
