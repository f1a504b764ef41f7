// Package quotas is the local Service Quotas, as far as somebody looks at the quotas of
// RDS: two are listed with their defaults, and what is set in Go beside them. Nothing
// keeps to them. That AWS lists the concurrent copies of snapshots is UNCONFIRMED A96, so they
// are not among them unless they are set.
package quotas

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/twohop/twohop/test/awssim/wire"
)

// defaults of RDS [RDS user guide: quotas].
var defaults = map[string]float64{"Manual DB instance snapshots": 100, "Manual DB cluster snapshots": 100}

// Service is the Service Quotas of all accounts and Regions, safe for concurrent use.
type Service struct {
	mu  sync.Mutex
	set map[string]map[string]float64 // by account and Region, by name
}

// New returns a Service Quotas with defaults alone.
func New() *Service { return &Service{set: map[string]map[string]float64{}} }

// Set gives an account a quota in a Region.
func (s *Service) Set(account, region, name string, value float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := account + " " + region
	if s.set[at] == nil {
		s.set[at] = map[string]float64{}
	}
	s.set[at][name] = value
}

// Unset gives it the default again.
func (s *Service) Unset(account, region, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.set[account+" "+region], name)
}

// Handler is the service on the wire, for the signing name "servicequotas".
func (s *Service) Handler() wire.Handler {
	return wire.NewJSON("1.1", "ServiceQuotasV20190624", map[string]wire.Op{
		"ListServiceQuotas": wire.NewOp(s.list).OnAll(),
	})
}

type input struct{ ServiceCode string }

type quota struct {
	ServiceCode, QuotaName string
	Value                  float64
}

type output struct{ Quotas []quota }

// list answers with all in one page.
func (s *Service) list(r *wire.Request, in input) (output, error) {
	if in.ServiceCode != "rds" {
		return output{}, &wire.Error{Code: "NoSuchResourceException", Message: fmt.Sprintf("awssim knows the quotas of rds, not of %q", in.ServiceCode)}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	values := maps.Clone(defaults)
	maps.Copy(values, s.set[r.Account+" "+r.Region])
	out := output{Quotas: []quota{}}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		out.Quotas = append(out.Quotas, quota{in.ServiceCode, name, values[name]})
	}
	return out, nil
}
