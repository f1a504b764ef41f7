package backuptest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// From implements relay.JobsOfPoints.
func (m *Memory) From(ctx context.Context, point string) ([]hop.CopyJob, error) {
	return m.list(ctx, "From", func(j hop.CopyJob) bool { return j.Source == point })
}

// Into implements relay.AllJobs. All of its jobs are of the source vault's Region.
func (m *Memory) Into(ctx context.Context, region string, vault hop.Vault) ([]hop.CopyJob, error) {
	return m.list(ctx, "Into", func(j hop.CopyJob) bool { return j.Destination == vault && m.regions[j.ID] == region })
}

// whole is a bound as it reaches AWS: in milliseconds.
func whole(t time.Time) time.Time { return t.Truncate(time.Millisecond) }

// Made implements relay.Inventory; a page has three points, and none that is on a bound.
func (m *Memory) Made(ctx context.Context, vault hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error {
	if err := m.enter(ctx, "Made"); err != nil {
		return err
	}
	after, before = whole(after), whole(before)
	found := m.in(vault, func(p hop.RecoveryPoint) bool { return p.Created.After(after) && p.Created.Before(before) })
	for page := range slices.Chunk(found, 3) {
		if err := visit(page); err != nil {
			return err
		}
	}
	return nil
}

// Older implements relay.Inventory.
func (m *Memory) Older(ctx context.Context, vault hop.Vault, t time.Time) (bool, error) {
	if err := m.enter(ctx, "Older"); err != nil {
		return false, err
	}
	return len(m.in(vault, func(p hop.RecoveryPoint) bool { return p.Created.Before(whole(t)) })) > 0, nil
}

// Resources implements relay.Inventory.
func (m *Memory) Resources(ctx context.Context, vault hop.Vault) ([]hop.Resource, error) {
	if err := m.enter(ctx, "Resources"); err != nil {
		return nil, err
	}
	newest := map[string]hop.Resource{}
	for _, p := range m.in(vault, func(hop.RecoveryPoint) bool { return true }) {
		if known, ok := newest[p.ResourceARN]; !ok || p.Created.After(known.Newest) {
			newest[p.ResourceARN] = hop.Resource{ARN: p.ResourceARN, Type: p.ResourceType, Newest: p.Created}
		}
	}
	var resources []hop.Resource
	for _, r := range newest {
		resources = append(resources, r)
	}
	slices.SortFunc(resources, func(a, b hop.Resource) int { return cmp.Compare(a.ARN, b.ARN) })
	return resources, nil
}

// in are the points of a vault, the newest first.
func (m *Memory) in(vault hop.Vault, wanted func(hop.RecoveryPoint) bool) []hop.RecoveryPoint {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []hop.RecoveryPoint
	for at, point := range m.points {
		if at.vault == vault.ARN && wanted(point) {
			found = append(found, point)
		}
	}
	slices.SortFunc(found, func(a, b hop.RecoveryPoint) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ARN, b.ARN))
	})
	return found
}

// Key implements relay.Vaults.
func (m *Memory) Key(ctx context.Context, vault hop.Vault) (string, error) {
	if err := m.enter(ctx, "Key"); err != nil {
		return "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.keys[vault.ARN], nil
}

// Keep implements relay.Retention.
func (m *Memory) Keep(ctx context.Context, vault hop.Vault, arn string, days int64) error {
	if err := m.enter(ctx, "Keep"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	at := key{vault.ARN, arn}
	point, ok := m.points[at]
	if !ok {
		return fmt.Errorf("shorten the retention of %s: %w", arn, hop.ErrNotFound)
	}
	point.DeleteAt = point.Created.AddDate(0, 0, int(days))
	m.points[at] = point
	return nil
}
