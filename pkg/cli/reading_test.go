package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCallsAreCountedOnATerminalUntilSomethingIsPrinted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var screen bytes.Buffer
		errOut := plain{Writer: &screen, terminal: true, width: 50}
		errOut.reading = readingOn(errOut)
		var printed bytes.Buffer
		out := plain{Writer: &printed, reading: errOut.reading}
		out.reading.called("ListCopyJobs", "eu-central-1")
		time.Sleep(readingAfter - time.Millisecond)
		synctest.Wait()
		assert.Empty(t, screen.String(), "a short command shows nothing")
		out.reading.called("ListRecoveryPointsByBackupVault", "eu-north-1")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.Contains(t, screen.String(), eraseLine+"reading from AWS: 2 calls in 2s, last ListRecover")
		for line := range strings.SplitSeq(screen.String(), eraseLine) {
			assert.Less(t, text.StringWidthWithoutEscSequences(line), 50)
		}
		fmt.Fprint(out, "result")
		assert.True(t, strings.HasSuffix(screen.String(), eraseLine), "the line is gone")
		before := screen.Len()
		out.reading.called("ListTags", "eu-north-1")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.Equal(t, before, screen.Len(), "and stays so")
	})
}

func TestAnOpenEstateHasItsCallsCounted(t *testing.T) {
	r := readingOn(plain{Writer: new(bytes.Buffer), terminal: true})
	defer r.end()
	var a access
	command := &cobra.Command{}
	a.flags(command)
	a.file = "../../infra/config/example.yaml"
	command.SetOut(plain{Writer: new(bytes.Buffer), reading: r})
	require.NoError(t, a.open())
	a.logins.Called("ListCopyJobs", "eu-central-1")
	assert.Equal(t, 1, r.calls)
}

func TestTablesEndTheCountOfCallsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var screen bytes.Buffer
		r := readingOn(plain{Writer: &screen, terminal: true})
		r.called("ListCopyJobs", "eu-central-1")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		showTable(plain{Writer: &screen, terminal: true, reading: r}, []string{"A"}, [][]cell{{{text: "b"}}})
		assert.Regexp(t, "\r\x1b\\[KA\nb\n$", screen.String())
	})
}

func TestWithoutATerminalNothingIsCounted(t *testing.T) {
	r := readingOn(plain{Writer: new(bytes.Buffer)})
	assert.Nil(t, r)
	r.called("ListCopyJobs", "eu-central-1")
	r.end()
}
