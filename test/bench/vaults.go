package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

const (
	// vaultCall is what each API call of a run takes at least: a page of a thousand.
	vaultCall = 20 * time.Millisecond
	// nights is how many nights the vaults' points are of: those that a recent run
	// looks at, so that it looks at all of them.
	nights = 3
	// missing: one point in so many has no copy.
	missing = 1000
)

// vaults are two vaults that are as large as a run of the reconciler must master, in the
// deployed estate.
type vaults struct {
	*stage.Stage
	road     road
	points   int
	keys     map[hop.Vault]string // of the two vaults
	function lambda.Function
}

// looked is one run over the vaults.
type looked struct {
	run string
	lambda.Invocation
	calls int64
	asked int // copies
}

// playVaults lets the real reconciler look at vaults of many points.
func playVaults(ctx context.Context, p programs, points int) (_ report, err error) {
	v := &vaults{points: points, keys: map[hop.Vault]string{}}
	v.Stage, err = stage.Start(ctx, stage.Options{World: awssim.Config{Seed: seed, Intercept: v.road.pass}, Functions: p.functions})
	if v.Stage != nil {
		defer func() { err = errors.Join(err, v.Close()) }()
	}
	if err == nil {
		err = v.fill(ctx)
	}
	var runs []looked
	for _, run := range []string{"recent", "full"} {
		var l looked
		if err == nil {
			l, err = v.look(ctx, run)
			runs = append(runs, l)
		}
	}
	if err != nil {
		return report{}, fmt.Errorf("look at vaults of %d points: %w", points, err)
	}
	return v.report(runs), nil
}

// fill makes the points of the last nights, and their copies but a few.
func (v *vaults) fill(ctx context.Context) error {
	w := v.World
	var err error
	account := awsbackup.New(v.Client(stage.Backup, stage.Primary))
	for _, vault := range []hop.Vault{v.Intermediate, v.Final} {
		if v.keys[vault], err = account.Key(ctx, vault); err != nil {
			return err
		}
	}
	for _, m := range w.Lambda.Mappings() {
		if err := w.Lambda.DisableMapping(m.UUID); err != nil {
			return err
		}
	}
	if v.function, err = w.Lambda.Function(strings.Replace(v.Function, "copystarter", "reconciler", 1)); err != nil {
		return err
	}
	if err := withoutRuns(v.Stage); err != nil {
		return err
	}
	for n := range nights {
		for i := n; i < v.points; i += nights {
			if err := v.point(i); err != nil {
				return err
			}
		}
		if err := w.Clock.Advance(ctx, 20*time.Hour); err != nil {
			return err
		}
	}
	return nil
}

// point makes one point and its copy, unless it is one of the missing.
func (v *vaults) point(i int) error {
	now := wire.Epoch{Time: v.World.Clock.Now()}
	point := backup.RecoveryPoint{
		BackupVaultArn: v.Intermediate.ARN, SourceBackupVaultArn: v.Local.ARN, ResourceType: "RDS",
		ResourceArn:    fmt.Sprintf("arn:aws:rds:%s:%s:db:database-%d", stage.Primary, stage.Member, i/nights),
		CompletionDate: now, BackupSizeInBytes: 10 << 30, Lifecycle: backup.Lifecycle{DeleteAfterDays: aws.Int64(35)},
		EncryptionKeyArn: v.keys[v.Intermediate], IamRoleArn: v.Role(stage.Member, "BackupandRestore"),
	}
	arn, err := v.World.Backup.AddRecoveryPoint(point)
	if err != nil || i%missing == 0 {
		return err
	}
	point.BackupVaultArn, point.SourceBackupVaultArn = v.Final.ARN, v.Intermediate.ARN
	point.EncryptionKeyArn, point.IamRoleArn = v.keys[v.Final], v.Role(stage.Backup, "copy")
	copied, err := v.World.Backup.AddRecoveryPoint(point)
	if err != nil {
		return err
	}
	_, err = v.World.Backup.AddCopyJob(backup.CopyJob{
		SourceBackupVaultArn: v.Intermediate.ARN, SourceRecoveryPointArn: arn,
		DestinationBackupVaultArn: v.Final.ARN, DestinationRecoveryPointArn: copied,
		ResourceArn: point.ResourceArn, ResourceType: point.ResourceType, IamRoleArn: point.IamRoleArn,
		State: "COMPLETED", CreationDate: now, CompletionDate: now, BackupSizeInBytes: point.BackupSizeInBytes,
	})
	return err
}

// look has the reconciler make one run.
func (v *vaults) look(ctx context.Context, run string) (looked, error) {
	before := len(v.World.SQS.Peek(v.Copies.ARN))
	v.road.clear(vaultCall)
	defer v.road.clear(0)
	payload := fmt.Sprintf(`{"run":%q,"scheduled":%q}`, run, v.World.Clock.Now().Format(time.RFC3339))
	invocation, err := v.World.Lambda.Invoke(ctx, v.function.ARN(), []byte(payload))
	if err == nil && invocation.Err != nil {
		err = invocation.Err
	}
	return looked{run, invocation, v.road.calls.Load(), len(v.World.SQS.Peek(v.Copies.ARN)) - before}, err
}

func (v *vaults) report(runs []looked) report {
	t := table.NewWriter()
	t.AppendHeader(table.Row{"the reconciler", "recent run", "full run", "target", "result"})
	row := func(what string, of func(looked) string, more ...any) {
		row := table.Row{what}
		for _, l := range runs {
			row = append(row, of(l))
		}
		t.AppendRow(append(row, more...))
	}
	limit := func(what string, of func(looked) string, target string, meets func(looked) bool) {
		row(what, of, target, met(!slices.ContainsFunc(runs, func(l looked) bool { return !meets(l) })))
	}
	limit("copies asked for, one for each that is missing", func(l looked) string { return strconv.Itoa(l.asked) },
		strconv.Itoa(v.missing()), func(l looked) bool { return l.asked == v.missing() })
	row("API calls", func(l looked) string { return strconv.FormatInt(l.calls, 10) })
	row("time", func(l looked) string { return fmt.Sprintf("%.1f s", (l.Init + l.Duration).Seconds()) })
	row("the same in calls' time", func(l looked) string {
		return number(float64(l.Init+l.Duration) / float64(l.calls) / float64(vaultCall))
	})
	limit("time, of what the function has", func(l looked) string { return percent(float64(l.Init+l.Duration), float64(v.function.Timeout)) },
		"at most 50 %", func(l looked) bool { return 2*(l.Init+l.Duration) <= v.function.Timeout })
	limit("peak memory", func(l looked) string { return mebibytes(l.MaxRSSBytes) },
		fmt.Sprintf("at most 75 %% of %d MB", v.function.MemoryMB), func(l looked) bool { return 4*l.MaxRSSBytes <= 3*int64(v.function.MemoryMB)*mebibyte })
	return report{t, fmt.Sprintf("The real reconciler, once each, over an intermediate and a final vault of %d recovery points of %d nights, "+
		"of which one in %d is not copied; %s a call. Lambda gives a function of %d MB a third of a processor: what is not calls' time takes longer there.",
		v.points, nights, missing, vaultCall, v.function.MemoryMB)}
}

// missing is how many points have no copy.
func (v *vaults) missing() int { return (v.points + missing - 1) / missing }

func percent(of, whole float64) string { return fmt.Sprintf("%.2f %%", 100*of/whole) }
