package backuptest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Point implements relay.Points.
func (m *Memory) Point(ctx context.Context, vault hop.Vault, arn string) (hop.RecoveryPoint, error) {
	if err := m.enter(ctx, "Point"); err != nil {
		return hop.RecoveryPoint{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.shelf(vault.ARN)
	point, ok := s.byARN[arn]
	if !ok || !m.shows(s, point) {
		return hop.RecoveryPoint{}, fmt.Errorf("describe recovery point %s: %w", arn, hop.ErrNotFound)
	}
	return *point, nil
}

// whole is a bound as it reaches AWS: in milliseconds.
func whole(t time.Time) time.Time { return t.Truncate(time.Millisecond) }

// Made implements relay.Inventory; a page has three points, and none that is on a bound.
func (m *Memory) Made(ctx context.Context, vault hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error {
	if err := m.enter(ctx, "Made"); err != nil {
		return err
	}
	after, before = whole(after), whole(before)
	for page := range slices.Chunk(m.made(vault, after, before), 3) {
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
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.older(m.shelf(vault.ARN), whole(t)), nil
}

// Resources implements relay.Inventory.
func (m *Memory) Resources(ctx context.Context, vault hop.Vault) ([]hop.Resource, error) {
	if err := m.enter(ctx, "Resources"); err != nil {
		return nil, err
	}
	newest := map[string]hop.Resource{}
	for _, p := range m.made(vault, time.Time{}, endless) {
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

// endless is after everything.
var endless = time.Unix(1<<40, 0)

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
	point, ok := m.shelf(vault.ARN).point(arn, m.now)
	if !ok {
		return fmt.Errorf("shorten the retention of %s: %w", arn, hop.ErrNotFound)
	}
	point.DeleteAt = point.Created.AddDate(0, 0, int(days))
	return nil
}

// PointsOf implements relay.Holder.
func (m *Memory) PointsOf(ctx context.Context, vault hop.Vault, resource string) ([]hop.Held, error) {
	if err := m.enter(ctx, "PointsOf"); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var held []hop.Held
	s := m.shelf(vault.ARN)
	for _, p := range s.newestFirst {
		if p.ResourceARN == resource && m.shows(s, p) {
			held = append(held, hop.Held{Vault: vault, RecoveryPoint: *p})
		}
	}
	return held, nil
}
