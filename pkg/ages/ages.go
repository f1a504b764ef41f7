// Package ages writes lengths of time for people, and reads theirs.
package ages

import (
	"fmt"
	"regexp"
	"strconv"
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

var inDays = regexp.MustCompile(`^(\d{1,5})d(.*)$`)

// Parse reads a length of time as time.ParseDuration does, with days of 24 hours before the
// other units: 1d, 1d12h.
func Parse(text string) (time.Duration, error) {
	days, rest := time.Duration(0), text
	if match := inDays.FindStringSubmatch(text); match != nil {
		n, _ := strconv.Atoi(match[1]) // five digits at the most
		if days, rest = time.Duration(n)*24*time.Hour, match[2]; rest == "" {
			return days, nil
		}
	}
	d, err := time.ParseDuration(rest)
	if err != nil || days > 0 && d < 0 {
		return 0, fmt.Errorf("%q is not a length of time, such as 30s, 15m, 6h or 1d", text)
	}
	return days + d, nil
}
