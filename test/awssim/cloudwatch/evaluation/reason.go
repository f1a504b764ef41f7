package evaluation

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Reason says why, with the values, nearly in AWS's words.
func (v Verdict) Reason() string {
	if v.State == InsufficientData {
		return fmt.Sprintf("Insufficient Data: %s unknown.", count(v.filled, "datapoint was", "datapoints were"))
	}
	said := "Threshold Crossed: "
	if len(v.real) > 0 {
		said += v.values()
	}
	if v.filled > 0 && len(v.real) > 0 {
		said += "; "
	}
	if v.filled > 0 {
		said += fmt.Sprintf("no datapoints were received for %s, treated as %s", count(v.filled, "period", "periods"), v.rule.treated())
	}
	return said + "."
}

// values tells how many of the values breach, and all of them, the latest first.
func (v Verdict) values() string {
	breaching := 0
	var values []string
	for _, datum := range v.real {
		if v.rule.breaches(datum.Value) {
			breaching++
		}
		values = append(values, fmt.Sprintf("%s (%s)", number(datum.Value), datum.At.Format(time.RFC3339)))
	}
	return fmt.Sprintf("%d out of the last %s [%s] %s %s the threshold (%s), %d would ring",
		breaching, count(len(v.real), "datapoint", "datapoints"), strings.Join(values, ", "), wasOrWere(breaching),
		Comparisons[v.rule.Comparison].words, number(v.rule.Threshold), v.rule.Datapoints)
}

func (r Rule) treated() string {
	if r.MissingData == "" {
		return Missing
	}
	return r.MissingData
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func wasOrWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func number(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }
