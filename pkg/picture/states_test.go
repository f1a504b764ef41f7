package picture_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/picture"
)

func TestHowAResourceIs(t *testing.T) {
	for sentence, c := range map[string]struct {
		make func(*world)
		want picture.State
	}{
		"all went well": {func(w *world) { w.night(4 * hour) }, picture.Fine},
		"the newest final copy is beyond the objective": {func(w *world) { w.night(27 * hour) }, picture.Late},
		"and so it is while a newer one is under way": {func(w *world) {
			w.night(27 * hour)
			w.copies(w.point(intermediate, 3*hour), final, hop.Running, hour)
		}, picture.Late},
		"it never arrived, and should have long ago": {func(w *world) {
			w.copies(w.point(local, 27*hour), intermediate, hop.Failed, 27*hour)
		}, picture.Late},
		"a first hop failed": {func(w *world) { w.copies(w.point(local, 3*hour), intermediate, hop.Failed, 3*hour) }, picture.Failed},
		"a first hop failed, and a newer point is there": {func(w *world) {
			w.copies(w.point(local, 20*hour), intermediate, hop.Failed, 20*hour)
			w.night(4 * hour)
		}, picture.Fine},
		"a quota of AWS stopped a first hop, which nobody repeats": {func(w *world) {
			w.copies(w.point(local, 3*hour), intermediate, hop.Failed, 3*hour).Class = hop.ClassLimit
		}, picture.Failed},
		"a second hop failed for good": {func(w *world) {
			w.copies(w.point(intermediate, 3*hour), final, hop.Failed, 3*hour).Class = hop.ClassKey
		}, picture.Failed},
		"a second hop failed once": {func(w *world) {
			w.copies(w.point(intermediate, 3*hour), final, hop.Failed, 3*hour).Class = hop.ClassUnknown
		}, picture.Retrying},
		"a second hop is not begun":            {func(w *world) { w.point(intermediate, 3*hour) }, picture.Waiting},
		"a second hop is under way":            {func(w *world) { w.copies(w.point(intermediate, 3*hour), final, hop.Created, hour) }, picture.Copying},
		"a second hop is for too long":         {func(w *world) { w.copies(w.point(intermediate, 25*hour), final, hop.Running, 25*hour) }, picture.Stuck},
		"a first hop is under way":             {func(w *world) { w.copies(w.point(local, 3*hour), intermediate, hop.Running, hour) }, picture.Copying},
		"a plan that copies nothing backs up":  {func(w *world) { w.point(local, 3*hour) }, picture.LocalOnly},
		"there was no backup for half a month": {func(w *world) { w.night(15 * 24 * hour) }, picture.Retired},
		"no route takes its type": {func(w *world) {
			w.point(intermediate, 3*hour)
			w.backup.points[intermediate.ARN][0].ResourceType = "S3"
		}, picture.Unrouted},
		"a restore on its way back is no copy to be made": {func(w *world) {
			w.night(4 * hour)
			back := w.point(intermediate, 3*hour)
			w.backup.points[intermediate.ARN][1].SourceVault = hop.Vault{} // as AWS may have it
			w.copies(back, intermediate, hop.Completed, hour)
			job := w.member.jobs[len(w.member.jobs)-1]
			job.Source, job.Copy = "arn:aws:rds:eu-north-1:222222222222:snapshot:awsbackup:9", back.ARN
			w.backup.jobs = append(w.backup.jobs, job)
			w.member.jobs = w.member.jobs[:len(w.member.jobs)-1]
		}, picture.Fine},
		"the newest final copy is under no key": {func(w *world) {
			w.night(4 * hour)
			w.backup.points[final.ARN][0].KeyARN = ""
		}, picture.Underprotected},
		"an older one was under no key": {func(w *world) {
			w.night(27 * hour)
			w.backup.points[final.ARN][0].KeyARN = ""
			w.night(4 * hour)
		}, picture.Fine},
		"a copy of a type that no plan copies is under no key": {func(w *world) {
			w.point(final, 4*hour)
			w.backup.points[final.ARN][0].KeyARN, w.backup.points[final.ARN][0].ResourceType = "", "DynamoDB"
		}, picture.Fine},
		"the only final copy was deleted": {func(w *world) {
			w.night(4 * hour)
			w.backup.points[final.ARN] = nil
		}, picture.Missing},
		"the only final copy was deleted, and its source is gone": {func(w *world) {
			w.night(4 * hour)
			w.backup.points[final.ARN], w.backup.points[intermediate.ARN] = nil, nil
		}, picture.Missing},
		"an intermediate point went before it was copied": {func(w *world) {
			w.moves(w.point(local, 4*hour), intermediate, 4*hour)
			w.backup.points[intermediate.ARN] = nil
		}, picture.Missing},
		"an intermediate point went once it was copied": {func(w *world) {
			w.night(4 * hour)
			w.backup.points[intermediate.ARN] = nil
		}, picture.Fine},
		"an older copy was deleted, and is copied again": {func(w *world) {
			w.night(27 * hour)
			w.backup.points[final.ARN] = nil
			w.night(4 * hour)
		}, picture.Waiting},
		"a copy that was made just now is not listed yet": {func(w *world) {
			w.moves(w.point(intermediate, 3*hour), final, 20*time.Minute)
			w.backup.points[final.ARN] = nil
		}, picture.Copying},
		"a deleted copy whose vault could not be read": {func(w *world) {
			w.night(4 * hour)
			w.backup.points[final.ARN] = nil
			w.backup.refuse[final.ARN] = errors.New("refused")
		}, picture.Fine},
		"a plan's direct copy was deleted": {func(w *world) {
			p := w.point(local, 4*hour)
			w.member.points[local.ARN][0].ResourceType = "S3"
			w.copies(p, final, hop.Completed, 4*hour).Copy = "gone"
			w.member.jobs, w.backup.jobs = w.backup.jobs, nil
		}, picture.Missing},
		"all its recovery points are EXPIRED": {func(w *world) {
			for range 3 {
				w.point(final, 40*24*hour)
			}
			for i := range w.backup.points[final.ARN] {
				w.backup.points[final.ARN][i].Status = hop.PointExpired
			}
		}, picture.Expired},
		"some of its recovery points are EXPIRED": {func(w *world) {
			w.night(4 * hour)
			w.point(local, 40*24*hour)
			w.member.points[local.ARN][1].Status = hop.PointExpired
		}, picture.Expired},
		"its last recovery point is being deleted": {func(w *world) {
			w.point(final, 36*24*hour)
			w.backup.points[final.ARN][0].Status = hop.PointDeleting
		}, picture.Retired},
		"a copy that is expired does not count": {func(w *world) {
			w.night(4 * hour)
			w.night(27 * hour)
			w.backup.points[final.ARN][0].Status = hop.PointExpired
		}, picture.Late},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld()
			c.make(w)
			p := w.look(t)
			require.Len(t, p.Resources, 1)
			assert.Equal(t, c.want, p.Resources[0].State)
			assert.Equal(t, map[picture.State]int{c.want: 1}, p.Count())
		})
	}
}
