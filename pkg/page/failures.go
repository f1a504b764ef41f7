package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

// failure is a cause, with the copies that it stopped.
type failure struct {
	Class, Advice string
	Copies        []failed
	More          int // copies that are not shown
}

// failed is one copy.
type failed struct {
	Resource, Account, Hop, To, Since, Says string
	Overtaken                               bool
}

// mostCopies are shown of one cause: one cause often stops a whole night.
const mostCopies = 50

// failures are grouped by what is to be done, the largest first.
func (r Report) failures() []failure {
	var all []failure
	add := func(class, advice string, f failed) {
		i := slices.IndexFunc(all, func(f failure) bool { return f.Class == class && f.Advice == advice })
		if i < 0 {
			i, all = len(all), append(all, failure{Class: class, Advice: advice})
		}
		if len(all[i].Copies) == mostCopies {
			all[i].More++
			return
		}
		all[i].Copies = append(all[i].Copies, f)
	}
	for _, resource := range r.Picture.Resources {
		for _, weak := range resource.Weak {
			add(string(hop.ClassUnderprotected), r.Advice(hop.ClassUnderprotected, weak.Detail), failed{
				Resource: nameOf(resource.ARN), Account: resource.Account, Hop: "hop 2", To: weak.Vault.Name + " " + weak.Vault.Region,
				Since: clock(weak.Point.Created), Says: weak.Detail,
			})
		}
		for _, copy := range resource.Copies {
			if !copy.Failed() && copy.Standing != hop.Stuck && copy.Standing != hop.Failing {
				continue
			}
			class, advice := string(copy.Job.Class), r.Advice(copy.Job.Class, copy.Job.Message)
			switch {
			case copy.Standing == hop.Stuck:
				class, advice = "Stuck", "AWS Backup cannot stop a copy job; open a case with AWS Support if it does not end within a day"
			case !copy.Failed():
				class, advice = class+", tried again", "nothing while attempts remain"
			}
			add(class, advice, failedOf(resource, copy))
		}
	}
	slices.SortStableFunc(all, func(a, b failure) int {
		return cmp.Or(len(b.Copies)+b.More-len(a.Copies)-a.More, strings.Compare(a.Class, b.Class))
	})
	return all
}

func failedOf(r picture.Resource, c picture.Copy) failed {
	says := c.Job.Message
	if says == "" {
		says = fmt.Sprintf("copy job %s is %s since %s", c.Job.ID, c.Job.State, clock(c.Job.Created))
	}
	return failed{Resource: nameOf(r.ARN), Account: r.Account, Hop: fmt.Sprintf("hop %d", c.Hop),
		To: c.Request.Destination.Name + " " + c.Request.Destination.Region, Since: clock(c.Since()), Says: says, Overtaken: c.Overtaken}
}
