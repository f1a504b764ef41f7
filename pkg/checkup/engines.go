package checkup

import (
	"context"
	"fmt"
	"sync"
)

// Engines are the engines that RDS, DocumentDB and Neptune offer in the Regions of the
// backup account.
type Engines interface {
	// Offered tells whether a Region has any version of an engine, as RDS names it.
	Offered(ctx context.Context, region, engine string) (bool, error)
}

// known asks once for each engine in each Region.
type known struct {
	Engines
	mu   sync.Mutex
	said map[string]bool
}

func knowing(engines Engines) *known { return &known{Engines: engines, said: map[string]bool{}} }

// Offered tells what was told before; a call that fails is tried again by the next.
func (k *known) Offered(ctx context.Context, region, engine string) (bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if said, ok := k.said[region+" "+engine]; ok {
		return said, nil
	}
	said, err := k.Engines.Offered(ctx, region, engine)
	if err == nil {
		k.said[region+" "+engine] = said
	}
	return said, err
}

// offered checks that the engine of a database that is copied exists where its copies
// go.
func (m member) offered(ctx context.Context, d Database) ([]Finding, error) {
	var found []Finding
	for _, region := range m.e.Regions.Secondary {
		ok, err := m.engines.Offered(ctx, region, d.Engine)
		if err != nil {
			return found, err
		}
		if !ok {
			found = append(found, broken(fmt.Sprintf("there is no engine %s in %s", d.Engine, region),
				"the copy fails, or cannot be restored there; AWS documents no text for it", "choose another secondary Region in the estate's file, or tag the database for a plan without copies")...)
		}
	}
	return found, nil
}
