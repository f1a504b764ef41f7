package picture

import (
	"context"
	"slices"

	"github.com/twohop/twohop/pkg/hop"
)

// Weak is the newest copy of a resource in a final vault, where it is not under the key
// of the vault.
type Weak struct {
	Vault  hop.Vault
	Point  hop.RecoveryPoint
	Detail string // which key it is under
}

// unlock finds the key of a final vault.
func (l *look) unlock(ctx context.Context, s *shelf) error {
	key, err := l.Keys.Key(ctx, s.Vault)
	if err != nil && ctx.Err() != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.keyless = append(l.keyless, Unseen{Account: s.Vault.Account, Vault: s.Vault, Err: err})
		return nil
	}
	l.keys[s.Vault.ARN] = key
	return nil
}

// weak finds the newest copies of a resource that are not under the key of their vault. A
// vault whose key is not known is among the unseen.
func (l *look) weak(r *Resource) {
	for _, shelf := range l.shelves {
		point, ok := r.Newest[shelf.Vault.ARN]
		key, known := l.keys[shelf.Vault.ARN]
		if !ok || !known || !slices.Contains(shelf.Types, r.Type) {
			continue
		}
		if detail := point.Underprotected(key); detail != "" {
			r.Weak = append(r.Weak, Weak{shelf.Vault, point, detail})
		}
	}
}
