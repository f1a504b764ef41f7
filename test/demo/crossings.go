package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/twohop/twohop/test/awssim/events"
)

// crossings counts the events that rules have brought from their bus to a target. The
// zero value has counted none.
type crossings struct {
	mu sync.Mutex
	by map[crossing]int
}

// crossing is the way from a rule to a target, by ARN.
type crossing struct{ rule, target string }

// see counts an event and lets it pass.
func (c *crossings) see(_ events.Event, rule, target string) events.Delivery {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil {
		c.by = map[crossing]int{}
	}
	c.by[crossing{rule, target}]++
	return events.Delivery{}
}

// print tells how many events took which way, those of the members' buses first.
func (c *crossings) print(out io.Writer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ways := slices.SortedFunc(maps.Keys(c.by), func(a, b crossing) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.target, b.target))
	})
	for _, way := range ways {
		fmt.Fprintf(out, "events: %2d  %s -> %s\n", c.by[way], place(way.rule), place(way.target))
	}
}

// place is an ARN's account and what it names there.
func place(arn string) string {
	fields := strings.SplitN(arn, ":", 6)
	return fields[4] + " " + fields[5]
}
