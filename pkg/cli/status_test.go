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
