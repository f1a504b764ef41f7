package settings

import (
	"maps"
	"slices"

	"github.com/twohop/twohop/test/awssim/sqs/fault"
)

// Unchanged refuses to create a queue again with other attributes. What the request
// does not name is not compared.
func Unchanged(current, asked map[string]string) error {
	wanted, err := Changed(current, asked)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		if wanted[name] != current[name] {
			return fault.QueueExists(name)
		}
	}
	return nil
}
