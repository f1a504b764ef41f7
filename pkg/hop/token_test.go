package hop_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/hop"
)

func TestStartTakesEverythingFromTheRoute(t *testing.T) {
	got := hop.Decide(due())
	assert.Equal(t, hop.Order{
		Point: point, Source: intermediate, Destination: final, DeleteAfterDays: 35,
		Role: "arn:aws:iam::222222222222:role/twohop-copy", Token: hop.Token(point, final, ""),
	}, got.Order)
}

func TestATokenIsOfTheJobThatEndedLast(t *testing.T) {
	c := due()
	c.Jobs = []hop.CopyJob{
		failed("forgiven", hop.ClassKey, now.Add(-3*time.Hour)),
		{ID: "vanished", State: hop.Completed, CopyState: hop.CopyGone, Created: now.Add(-10 * time.Hour), Completed: now.Add(-9 * time.Hour)},
		failed("limit", hop.ClassLimit, now.Add(-4*time.Hour)),
	}
	c.RejectedAt = now.Add(-time.Hour)
	assert.Equal(t, hop.Token(point, final, "forgiven"), hop.Decide(c).Order.Token)

	c.Jobs = c.Jobs[:1]
	assert.Equal(t, hop.Token(point, final, "forgiven"), hop.Decide(c).Order.Token, "whatever the list has forgotten before it")
	c.Jobs = append(c.Jobs, c.Jobs[0])
	c.Jobs[1].ID = "forgotten"
	assert.Equal(t, hop.Token(point, final, "forgotten"), hop.Decide(c).Order.Token, "of two at once the greater ID")
}

func TestTheFirstTokenStaysWhatItWas(t *testing.T) {
	assert.Equal(t, "f9438aa934a144f2ad819ef7ec08c44e", hop.Token("arn:aws:rds:eu-central-1:222222222222:snapshot:awsbackup:copyjob-1", final, ""),
		"AWS Backup may remember it from before an update of the function")
}

func TestTokensOfTwoVaultsDiffer(t *testing.T) {
	namesake := vault("arn:aws:backup:eu-west-1:222222222222:backup-vault:final")
	assert.NotEqual(t, hop.Token(point, final, ""), hop.Token(point, namesake, ""))
	assert.NotEqual(t, hop.Token(point, final, ""), hop.Token(point+"0", final, ""))
}
