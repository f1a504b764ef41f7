package checkup

import (
	"context"
	"fmt"
)

// Engines are the engines that RDS, DocumentDB and Neptune offer in the Regions of the
// backup account.
type Engines interface {
	// Offered tells whether a Region has any version of an engine, as RDS names it.
	Offered(ctx context.Context, region, engine string) (bool, error)
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
