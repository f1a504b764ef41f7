package deploy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
)

const topic = "arn:aws:sns:eu-central-1:222222222222:twohop-alarms"

// ring has every alarm of every account tell the topic.
func ring(world *awssim.World) (rang int, refused []string) {
	for _, account := range []string{member, central, management} {
		for _, a := range world.CloudWatch.Alarms(account, region) {
			rang++
			if err := world.Ring(a); err != nil {
				refused = append(refused, err.Error())
			}
		}
	}
	return rang, refused
}

func TestEveryAlarmIsHeard(t *testing.T) {
	world, err := estate(t, asItIs)
	require.NoError(t, err)
	rang, refused := ring(world)
	assert.Equal(t, 25+10+5, rang)
	assert.Empty(t, refused)
	assert.Len(t, world.SNS.Messages(topic), rang)
}

func TestAlarmsThatWouldFallSilent(t *testing.T) {
	for sentence, test := range map[string]struct{ was, is, want string }{
		"a key that does not admit CloudWatch":   {`"kms:GenerateDataKey*"`, `"kms:GenerateMac"`, "kms:GenerateDataKey"},
		"a topic that does not admit CloudWatch": {`"sns:Publish"`, `"sns:Subscribe"`, "sns:Publish"},
	} {
		t.Run(sentence, func(t *testing.T) {
			world, err := estate(t, func(name, text string) string {
				if name != "TwohopBackupPrimary" {
					return text
				}
				require.Contains(t, text, test.was)
				return strings.ReplaceAll(text, test.was, test.is)
			})
			require.NoError(t, err)
			rang, refused := ring(world)
			require.Len(t, refused, rang)
			assert.Contains(t, refused[0], test.want)
		})
	}
}
