package diagnose_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

// spellings are ways in which AWS Backup, its API and twohop itself write one text.
func spellings(text string) []string {
	first, rest, _ := strings.Cut(text, " ")
	return []string{
		text, strings.ToUpper(text), `"` + text + `"`, "  " + strings.ReplaceAll(text, " ", "\n ") + "\n", first + "\t  " + rest,
		"copy job j ended FAILED: " + text, "hop 1 ended FAILED: " + text, "InvalidRequestException: " + text,
	}
}

func TestEveryRealTextIsOfItsKind(t *testing.T) {
	for kind, texts := range realTexts {
		for _, text := range texts {
			for _, spelled := range spellings(text) {
				found := diagnose.Text(spelled)
				assert.Equal(t, kind, found.Kind, "%q", spelled)
				assert.Equal(t, classOf[kind], found.Class, "%q", spelled)
				assert.NotEmpty(t, found.Cause, spelled)
				assert.Equal(t, found, diagnose.Of(found.Class, spelled))
			}
		}
	}
}

func TestNearMissesAreOfNoOtherKind(t *testing.T) {
	for text, kind := range nearMisses {
		for _, spelled := range spellings(text) {
			if text != "" {
				assert.Equal(t, kind, diagnose.Text(spelled).Kind, "%q", spelled)
			}
		}
	}
	assert.Equal(t, diagnose.UnknownText, diagnose.Text("").Kind)
}

// TestEveryRowIsReached: a row that an earlier one shadows, or that no real text is behind,
// is no row.
func TestEveryRowIsReached(t *testing.T) {
	rows := diagnose.Rows()
	reached := map[int]bool{}
	for _, texts := range realTexts {
		for _, text := range texts {
			text = strings.ToLower(strings.ReplaceAll(text, "\u2019", "'"))
			i := slices.IndexFunc(rows, func(row []string) bool {
				return !slices.ContainsFunc(row, func(fragment string) bool { return !strings.Contains(text, fragment) })
			})
			reached[i] = true
		}
	}
	for i, row := range rows {
		assert.True(t, reached[i], "%q", row)
		for _, fragment := range row {
			assert.Equal(t, strings.ToLower(fragment), fragment, "a row is compared with a folded text")
		}
	}
	for kind := range classOf {
		assert.True(t, kind == diagnose.UnknownText || len(realTexts[kind]) > 0, kind)
	}
}

// TestACodeAloneDoesNotSayWhichLimit: these codes stand before texts of both kinds, or are
// left out (UNCONFIRMED A32).
func TestACodeAloneDoesNotSayWhichLimit(t *testing.T) {
	for _, code := range []string{"SnapshotQuotaExceeded", "LimitExceededException", "InvalidRequestException"} {
		for _, kind := range []diagnose.Kind{diagnose.ManualSnapshots, diagnose.TooManyCopies, diagnose.JobRunning} {
			for _, text := range realTexts[kind] {
				for _, spelled := range []string{code + ": " + text, "Copy job failed. " + text + " (" + code + ")", "An error occurred (" + code + ") when calling the CopyDBClusterSnapshot operation: " + text} {
					assert.Equal(t, classOf[kind], diagnose.Text(spelled).Class, spelled)
				}
			}
		}
	}
}

// Texts are put together of parts of known ones, whole and cut.
func TestWhiteSpaceAndCaseDoNotMatter(t *testing.T) {
	parts := slices.Sorted(slices.Values(slices.Concat(diagnose.Rows()...)))
	piece := rapid.Custom(func(t *rapid.T) string {
		part := rapid.SampledFrom(parts).Draw(t, "part")
		if rapid.Bool().Draw(t, "cut") {
			part = part[:rapid.IntRange(0, len(part)-1).Draw(t, "at")]
		}
		return strings.TrimSpace(part)
	})
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(piece, 0, 5).Draw(t, "pieces")
		plain := strings.Join(pieces, " ")
		space := rapid.SampledFrom([]string{"  ", "\n", "\r\n\t", "\u00a0"}).Draw(t, "space")
		spelled := strings.ReplaceAll(plain, " ", space)
		if rapid.Bool().Draw(t, "upper") {
			spelled = strings.ToUpper(spelled)
		}
		require.Equal(t, diagnose.Text(plain), diagnose.Text(spelled), "%q", spelled)
	})
}

// TestAnARNIsNotRead: users choose the names in it.
func TestAnARNIsNotRead(t *testing.T) {
	for _, row := range diagnose.Rows() {
		name := strings.ReplaceAll(strings.Join(row, "-"), " ", "-")
		assert.Equal(t, diagnose.UnknownText, diagnose.Text("odd: arn:aws:rds:eu-central-1:111111111111:db:"+name).Kind, name)
	}
}

var kinds = []hop.JobKind{"", hop.BackupJobKind, hop.FirstHop, hop.SecondHop, hop.CopyBack}

// TestOnlySecondHopsAreRepeatedByThemselves, and only while they are not rejected.
func TestOnlySecondHopsAreRepeatedByThemselves(t *testing.T) {
	for _, kind := range kinds {
		for _, rejected := range []bool{false, true} {
			for _, class := range []hop.Class{hop.ClassLimit, hop.ClassTransient} {
				f := hop.FailedJob{Kind: kind, Class: class, Rejected: rejected}
				advice := diagnose.Advice(f)
				waits := kind == hop.SecondHop && !rejected
				assert.Equal(t, waits, strings.Contains(advice, "nothing to do"), "%+v: %s", f, advice)
				if kind == hop.FirstHop || kind == hop.SecondHop && rejected {
					assert.Contains(t, advice, "twohop dlq replay", "%+v", f)
				}
			}
		}
	}
}

// TestABackupJobHasNoMessage to replay, whatever it failed with.
func TestABackupJobHasNoMessage(t *testing.T) {
	for _, class := range hop.Classes {
		if class == hop.ClassUntold || class == hop.ClassWrong || class == hop.ClassMalformed { // of copies and messages alone
			continue
		}
		advice := diagnose.Advice(hop.FailedJob{Kind: hop.BackupJobKind, Class: class})
		assert.NotContains(t, advice, "twohop dlq replay", class)
		assert.NotContains(t, advice, "twohop waits", class)
	}
}

func TestEveryClassHasAdviceWithoutAText(t *testing.T) {
	for class, names := range map[hop.Class]string{
		hop.ClassMalformed: "kept whole", hop.ClassGone: "local vault", hop.ClassRole: "permissions", hop.ClassUnsupported: "new backup",
		hop.ClassWrong: "delete the copy", hop.ClassUntold: "whether the final vault has a copy", hop.ClassKey: "policies",
		hop.ClassUnderprotected: "restore-db-cluster-from-snapshot --kms-key-id", hop.ClassOptIn: "update-region-settings", hop.ClassVaultPolicy: "access policy",
		hop.ClassRetention: "lock", hop.ClassOrganization: "describe-global-settings", hop.ClassOptionGroup: "account and Region of the destination vault",
		hop.ClassQuota: "request-service-quota-increase", hop.ClassLimit: "Service Quotas", hop.ClassTransient: "AWS Health", hop.ClassUnknown: "read the text",
	} {
		advice := diagnose.Advice(hop.FailedJob{Class: class, Message: "the copy c is not what was asked for: it is of d, not of e"})
		assert.Contains(t, advice, names, class)
		if class != hop.ClassUnknown {
			assert.NotContains(t, advice, "read the text", class)
		}
	}
	assert.Contains(t, diagnose.Advice(hop.FailedJob{Class: hop.ClassUnknown, Message: "Rate exceeded"}), "read the text", "the class decides, not a text of another class")
	assert.Len(t, slices.Compact(slices.Sorted(maps.Values(classOf))), 13)
}

func FuzzText(f *testing.F) {
	for _, known := range []string{"", "odd", "\xff\x00%s", "arn:aws:", "x arn:aws"} {
		f.Add(known)
	}
	for _, texts := range realTexts {
		for _, text := range texts {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := diagnose.Text(text)
		require.NotEmpty(t, found.Cause)
		require.Equal(t, classOf[found.Kind], found.Class)
		for _, kind := range kinds {
			advice := diagnose.Advice(hop.FailedJob{Kind: kind, Class: found.Class, Message: text})
			require.NotEmpty(t, advice)
			require.NotContains(t, advice, "; ;")
		}
		job := hop.CopyJob{ID: "j", State: hop.Failed, Message: text, Class: found.Class, Completed: time.Unix(1, 0)}
		if rejected := hop.Track(hop.Tracked{Jobs: []hop.CopyJob{job}, Retry: hop.Retry{Attempts: 1}}); found.Class != hop.ClassLimit {
			require.Equal(t, hop.Reject, rejected.Verdict)
			require.Contains(t, rejected.Detail, text, "AWS's words are kept whole")
		}
	})
}
