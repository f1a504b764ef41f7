// Package ages writes lengths of time for people.
package ages

import (
	"fmt"
	"time"
)

// Span writes a length of time in its two largest units, to the minute; - for less than one.
func Span(d time.Duration) string {
	d = d.Round(time.Minute)
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case d <= 0:
		return "-"
	case days >= 2 && hours == 0, days > 99:
		return fmt.Sprintf("%dd", days)
	case days >= 2:
		return fmt.Sprintf("%dd%dh", days, hours)
	case hours+24*days > 0 && minutes == 0:
		return fmt.Sprintf("%dh", hours+24*days)
	case hours+24*days > 0:
		return fmt.Sprintf("%dh%dm", hours+24*days, minutes)
	default:
		return fmt.Sprintf("%dm", minutes)
	}
}
