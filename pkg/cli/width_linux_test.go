package cli

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestATerminalIsAskedForItsWidthEachTime(t *testing.T) {
	t.Setenv("COLUMNS", "")
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	require.NoError(t, err)
	defer screen.Close()
	to := plainOf(screen)
	for _, columns := range []int{100, 57} {
		require.NoError(t, unix.IoctlSetWinsize(int(screen.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(columns)}))
		assert.Equal(t, columns, to.room())
	}
	t.Setenv("COLUMNS", "80")
	assert.Equal(t, 80, plainOf(screen).room(), "COLUMNS counts")
}
