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
	Cause, Class, Advice string // the cause in words
	Copies               []failed
	More                 int // copies that are not shown
}

// Title is what was stopped and the cause in words.
func (f failure) Title() string {
	if more := len(f.Copies) + f.More - 1; more > 0 {
		return fmt.Sprintf("%s and %d more: %s", f.Copies[0].Resource, more, f.Cause)
	}
	return f.Copies[0].Resource + ": " + f.Cause
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
	add := func(class, cause, advice string, f failed) {
		i := slices.IndexFunc(all, func(f failure) bool { return f.Class == class && f.Advice == advice })
		if i < 0 {
			i, all = len(all), append(all, failure{Cause: cause, Class: class, Advice: advice})
		}
		if len(all[i].Copies) == mostCopies {
			all[i].More++
			return
		}
		all[i].Copies = append(all[i].Copies, f)
	}
	for _, resource := range r.Picture.Resources {
		for _, weak := range resource.Weak {
			_, fix := r.Advice(hop.UnderprotectedCopy(resource.ARN, weak.Vault, weak.Detail))
			add(string(hop.ClassUnderprotected), weak.Detail, fix, failed{
				Resource: nameOf(resource.ARN), Account: resource.Account, Hop: "hop 2", To: weak.Vault.Name + " " + weak.Vault.Region,
				Since: clock(weak.Point.Created), Says: weak.Detail,
			})
		}
		for _, u := range resource.Unusable {
			if u.Status == hop.PointExpired {
				add("Expired", "AWS Backup could not delete recovery points that have expired or were deleted", hop.DeletionAdvice("", u.Vault), failed{
					Resource: nameOf(resource.ARN), Account: resource.Account, Hop: "stored", To: u.Vault.Name + " " + u.Vault.Region,
					Since: clock(r.Picture.Now), Says: fmt.Sprintf("%d recovery points are EXPIRED: they are no backup, and cost as before", u.Points),
				})
			}
		}
		for _, copy := range resource.Copies {
			if class, cause, advice := r.causeOf(copy); class != "" {
				add(class, cause, advice, failedOf(resource, copy))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b failure) int {
		return cmp.Or(len(b.Copies)+b.More-len(a.Copies)-a.More, strings.Compare(a.Class, b.Class))
	})
	return all
}

// causeOf is why a copy is a failure; an empty class where it is none.
func (r Report) causeOf(c picture.Copy) (class, cause, advice string) {
	switch {
	case c.Failed():
		cause, advice = r.Advice(c.FailedJob())
		return string(c.Job.Class), cause, advice
	case c.Standing == hop.Failing:
		cause, _ = r.Advice(c.FailedJob())
		return string(c.Job.Class) + ", tried again", cause, "nothing while attempts remain"
	case c.Standing == hop.Stuck:
		return "Stuck", "a copy job does not end", "AWS Backup cannot stop a copy job; open a case with AWS Support if it does not end within a day"
	case c.Standing == hop.Vanished && c.Hop == 2:
		return "Missing", "a copy was deleted before its time", "nothing: the reconciler requests it again"
	case c.Standing == hop.Vanished:
		return "Missing", "a copy was deleted before its time", "nothing copies this backup again: see that the next one arrives"
	default:
		return "", "", ""
	}
}

func failedOf(r picture.Resource, c picture.Copy) failed {
	says := c.Job.Message
	switch {
	case c.Standing == hop.Vanished:
		says = fmt.Sprintf("copy job %s made %s, which is no longer in the vault", c.Job.ID, c.Job.Copy)
	case says == "":
		says = fmt.Sprintf("copy job %s is %s since %s", c.Job.ID, c.Job.State, clock(c.Job.Created))
	}
	return failed{Resource: nameOf(r.ARN), Account: r.Account, Hop: picture.StepName(c.Hop),
		To: c.Request.Destination.Name + " " + c.Request.Destination.Region, Since: clock(c.Since()), Says: says, Overtaken: c.Overtaken}
}
