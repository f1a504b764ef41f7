package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/twohop/twohop/test/stage"
)

// Targets of twohop status, and what a call takes.
const (
	statusTime   = 10 * time.Second
	statusMemory = 200 * mebibyte
	statusCall   = 20 * time.Millisecond
	databases    = 1000

	// findings is the exit code of twohop where it could not read everything: the large estate
	// has vaults and queues, and neither functions nor schedules.
	findings = 3
)

// look is one run of a program over the large estate.
type look struct {
	took   time.Duration
	busy   time.Duration // of processors, its own
	memory float64       // bytes, largest resident set
	calls  int64
}

// measureStatus measures twohop status over an estate of so many recovery points.
func measureStatus(ctx context.Context, dir string, points int) (r report, err error) {
	l, err := newLarge(ctx, min(databases, points/25), points)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, l.world.Close()) }()
	twohop, err := stage.Build(ctx, "pkg/cmd/twohop")
	if err != nil {
		return r, err
	}
	listing, err := stage.Build(ctx, "test/bench/listing")
	if err != nil {
		return r, err
	}
	file := filepath.Join(dir, "large.yaml")
	if err := os.WriteFile(file, []byte(l.estate()), 0o600); err != nil {
		return r, err
	}
	own, err := l.run(ctx, twohop, "status", "--estate", file)
	if err != nil {
		return r, err
	}
	floor, err := l.run(ctx, listing, fmt.Sprintf("twohop-final@%s@%d", stage.Secondary, l.days), fmt.Sprintf("twohop-intermediate@%s@%d", stage.Primary, week),
		"jobs@14", "member:jobs@14", fmt.Sprintf("member:twohop-local@%s@%d", stage.Primary, week))
	if err != nil {
		return r, err
	}
	return l.report(own, floor), nil
}

// estate is its file.
func (l *large) estate() string {
	return fmt.Sprintf(`organization: o-a1b2c3d4e5
accounts: {management: "%s", backup: "%s"}
members: {units: [ou-ab12-11111111], accounts: ["%s"]}
regions: {primary: %s, secondary: [%s]}
operators: ["arn:aws:iam::%[2]s:role/OnCall"]
plans: {cross-region-special: {retention: {local: %[6]d, intermediate: %[6]d, final: %[7]d}}}
`, stage.Management, stage.Backup, stage.Member, stage.Primary, stage.Secondary, week, l.days)
}

// run has a program look at the estate.
func (l *large) run(ctx context.Context, program string, args ...string) (look, error) {
	command := exec.CommandContext(ctx, program, args...)
	command.Env = append(os.Environ(), "LISTING_ROLE=arn:aws:iam::"+stage.Member+":role/twohop-Reader", "LISTING_NOW="+l.world.Clock.Now().Format(time.RFC3339))
	for name, value := range l.world.Environment(stage.Backup, stage.Primary) {
		command.Env = append(command.Env, name+"="+value)
	}
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	l.road.clear(statusCall)
	began := time.Now()
	memory, err := runWatched(command)
	took := time.Since(began)
	var exited *exec.ExitError
	if errors.As(err, &exited) && exited.ExitCode() == findings {
		err = nil
	}
	if err != nil {
		return look{}, fmt.Errorf("%s: %w: %s", filepath.Base(program), err, lastLines(out.String()))
	}
	if filepath.Base(program) == "twohop" && !strings.Contains(out.String(), fmt.Sprintf("%d resources: %[1]d ok", l.resources)) {
		return look{}, fmt.Errorf("twohop status did not find %d resources in order: %s", l.resources, lastLines(out.String()))
	}
	state := command.ProcessState
	return look{took, state.UserTime() + state.SystemTime(), float64(memory), l.road.calls.Load()}, nil
}

func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], "\n")
}

func (l *large) report(own, floor look) report {
	t := table.NewWriter()
	t.AppendHeader(table.Row{"twohop status", "measured", "floor", "ratio", "target", "result"})
	t.AppendRow(table.Row{"time", fmt.Sprintf("%.2f s", own.took.Seconds()), fmt.Sprintf("%.2f s", floor.took.Seconds()),
		fmt.Sprintf("%.2f", own.took.Seconds()/floor.took.Seconds()), fmt.Sprintf("under %.0f s", statusTime.Seconds()), met(own.took < statusTime)})
	t.AppendRow(table.Row{"of it, processor time of its own", fmt.Sprintf("%.2f s", own.busy.Seconds()), fmt.Sprintf("%.2f s", floor.busy.Seconds()),
		fmt.Sprintf("%.2f", own.busy.Seconds()/floor.busy.Seconds())})
	if own.memory > 0 {
		t.AppendRow(table.Row{"peak memory", fmt.Sprintf("%.0f MiB", own.memory/mebibyte), fmt.Sprintf("%.0f MiB", floor.memory/mebibyte),
			fmt.Sprintf("%.2f", own.memory/floor.memory), fmt.Sprintf("under %d MiB", statusMemory/mebibyte), met(own.memory < statusMemory)})
	}
	t.AppendRow(table.Row{"API calls", own.calls, floor.calls})
	return report{t, fmt.Sprintf("%d resources, %d recovery points in three vaults, %s a call; the floor makes the same lists and drops them. "+
		"The local AWS, whose time is in both figures, shares the processors.", l.resources, l.points, statusCall)}
}
