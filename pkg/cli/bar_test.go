package cli

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestABarIsForATerminalOnly(t *testing.T) {
	var out bytes.Buffer
	b := barOf(plain{Writer: &out}, "replaying", 2)
	b.step()
	b.say("one \x1b[31m%d", 1)
	b.at(1, 2)
	b.end()
	assert.Equal(t, "one \\u001b[31m1\n", out.String())
	assert.Nil(t, b.all)
}

func TestNothingOfAWSMovesTheCursorOfABar(t *testing.T) {
	var out bytes.Buffer
	b := barOf(plain{Writer: &out, terminal: true}, "replaying", 2)
	b.say("said \x1b[31m%s", "red")
	b.step()
	b.at(2, 2)
	b.end()
	assert.Contains(t, out.String(), `said \u001b[31mred`)
}
