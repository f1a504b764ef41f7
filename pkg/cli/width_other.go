//go:build !unix

package cli

import "os"

// terminalWidth is 0: only Unix is asked for it, and COLUMNS says it elsewhere.
func terminalWidth(*os.File) int { return 0 }
