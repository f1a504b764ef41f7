package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/picture"
)

func TestAWatchForMachinesPrintsAnObjectALine(t *testing.T) {
	var out, errOut bytes.Buffer
	command := newStatus()
	command.SetErr(&errOut)
	s := &status{json: true, watch: true}
	s.command = command
	for range 2 {
		require.NoError(t, s.show(t.Context(), &out, picture.Picture{Resources: []picture.Resource{{ARN: "arn:aws:s3:::b"}}}))
	}
	s.retrying(&out)(errors.New("Rate\nexceeded"))
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	require.Len(t, lines, 2)
	for _, line := range lines {
		assert.True(t, json.Valid([]byte(line)), line)
	}
	assert.Equal(t, `{"code":1,"message":"refresh failed; retrying: Rate\nexceeded"}`+"\n", errOut.String())
}

func TestAResourceIsNotFoundOnlyWhereEverythingWasRead(t *testing.T) {
	all := []picture.Resource{{ARN: "arn:aws:rds:eu-central-1:111111111111:db:orders"}}
	asked := filter{resource: "order"}
	err := asked.found(picture.Picture{Resources: all})
	require.EqualError(t, err, `--resource: there is no backup of "order"; there are backups of db:orders`)
	require.NotErrorIs(t, err, errFindings)
	err = asked.found(picture.Picture{Resources: all, Unseen: []picture.Unseen{{Account: "444444444444"}}})
	require.EqualError(t, err, `--resource: no backup of "order" was found, and 1 account or vault could not be read`)
	require.ErrorIs(t, err, errFindings, "partly unread")
	require.EqualError(t, asked.found(picture.Picture{}), `--resource: there is no backup of "order", nor of any other resource`)
	require.NoError(t, filter{resource: "orders"}.found(picture.Picture{Resources: all}))
	require.NoError(t, filter{}.found(picture.Picture{}))
}
