package estate

import (
	"fmt"
	"time"
)

// timezoneFault says what is wrong with the IANA name of a time zone; empty:
// nothing. It asks the machine's own database: embedding one would make every
// function larger by half a megabyte, and only those who write the file need it.
func timezoneFault(name string) string {
	switch name {
	case "Etc/UTC", "UTC": // known everywhere
		return ""
	case "":
		return "is not set; it would look like Europe/Berlin"
	}
	_, err := time.LoadLocation(name)
	if name != "Local" && err == nil {
		return ""
	}
	if _, err := time.LoadLocation("Europe/Berlin"); err != nil {
		return fmt.Sprintf("%q cannot be checked: this machine has no time zone database; install tzdata, or use Etc/UTC", name)
	}
	return fmt.Sprintf("%q is not the name of a time zone; it would look like Europe/Berlin", name)
}
