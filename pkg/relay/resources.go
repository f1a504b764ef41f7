package relay

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// Resources are the ARNs of what the points of letters were made from, in the letters'
// order. Where a letter's own words and AWS Backup do not tell it is empty.
func Resources(ctx context.Context, points Points, letters []Letter) []string {
	found := make([]string, len(letters))
	var all errgroup.Group
	all.SetLimit(looks)
	for i, l := range letters {
		switch event, request := l.Notice.CopyJob, l.Notice.Request; {
		case event != nil:
			found[i] = event.ResourceARN
		case request != nil:
			all.Go(guarded(func() error {
				point, err := points.Point(ctx, request.Source, request.Point)
				if err == nil {
					found[i] = point.ResourceARN
				}
				return nil // what it is of is told beside it only
			}))
		}
	}
	_ = all.Wait()
	return found
}
