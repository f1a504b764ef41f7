package bound_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/test/bound"
)

func TestCopiesAtOnce(t *testing.T) {
	at := func(hours int) time.Time { return night.Add(time.Duration(hours) * time.Hour) }
	for name, c := range map[string]struct {
		spans []bound.Span
		most  int
		at    time.Time
	}{
		"none":                    {nil, 0, time.Time{}},
		"one after another":       {[]bound.Span{{at(1), at(2)}, {at(2), at(3)}}, 1, at(1)},
		"two for a while":         {[]bound.Span{{at(1), at(4)}, {at(3), at(5)}, {at(4), at(6)}}, 2, at(3)},
		"one that has not ended":  {[]bound.Span{{at(1), time.Time{}}, {at(9), at(10)}}, 2, at(9)},
		"in whatever order given": {[]bound.Span{{at(4), at(6)}, {at(1), at(5)}}, 2, at(4)},
	} {
		t.Run(name, func(t *testing.T) {
			most, first := bound.AtOnce(c.spans)
			assert.Equal(t, c.most, most)
			assert.Equal(t, c.at, first)
		})
	}
}
