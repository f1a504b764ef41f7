package diagnose

import "github.com/twohop/twohop/pkg/hop"

// Repeat says how a failed job of a class is repeated, and by whom: twohop retries second
// hops only, AWS Backup repeats neither backups nor first hops. It is empty for classes
// whose fix says it, or for which no repetition helps.
func Repeat(class hop.Class, f hop.FailedJob) string {
	switch class {
	case hop.ClassUnsupported, hop.ClassUntold, hop.ClassWrong, hop.ClassUnderprotected, hop.ClassMalformed:
		return ""
	case hop.ClassGone:
		return repeatGone(f)
	case hop.ClassLimit, hop.ClassTransient:
		return repeatPassing(class, f)
	default:
		return repeatFixed(f)
	}
}

// repeatFixed is how a job is repeated after a fix.
func repeatFixed(f hop.FailedJob) string {
	switch f.Kind {
	case hop.BackupJobKind:
		return "wait for the plan's next run, which backs up again: a backup job leaves no message to replay"
	case hop.FirstHop:
		return "start the first hop again: twohop dlq replay; or wait for the plan's next run, which copies the next recovery point"
	case hop.SecondHop:
		return "replay the copy: twohop dlq replay"
	case hop.CopyBack:
		return "run twohop copy-back again"
	default:
		return "replay a copy: twohop dlq replay (it also starts a first hop again, in the member account); the plan's next run repeats a backup"
	}
}

// repeatPassing is how a job is repeated whose failure passes by itself.
func repeatPassing(class hop.Class, f hop.FailedJob) string {
	again := "once AWS Health shows no event"
	if class == hop.ClassLimit {
		again = "once fewer jobs are in progress"
	}
	switch {
	case f.Kind == hop.BackupJobKind:
		return "the plan's next run backs up again; AWS Backup and twohop do not repeat this backup"
	case f.Kind == hop.FirstHop:
		return "AWS Backup and twohop do not repeat a first hop: start it again " + again + ": twohop dlq replay; or wait for the plan's next run, which copies the next recovery point"
	case f.Kind == hop.CopyBack:
		return "run twohop copy-back again " + again
	case f.Kind == "":
		return "twohop repeats a second hop by itself; repeat a first hop, or a copy in a dead-letter queue, " + again + ": twohop dlq replay; the plan's next run repeats a backup"
	case f.Rejected:
		return "twohop no longer retries this copy: replay it " + again + ": twohop dlq replay"
	case class == hop.ClassLimit:
		return "nothing to do: twohop waits and starts the copy when there is room"
	default:
		return "nothing to do: twohop retries the copy while attempts are left"
	}
}

func repeatGone(f hop.FailedJob) string {
	switch f.Kind {
	case hop.BackupJobKind:
		return "nothing to do if the resource was deleted on purpose; otherwise tag the resource that replaced it"
	case hop.FirstHop:
		return "if the recovery point is in the member's local vault, start the first hop again: twohop dlq replay; otherwise the plan's next run makes the next recovery point"
	case hop.CopyBack:
		return "choose another recovery point: twohop restore plan"
	default:
		return "if the member's local vault still has the recovery point, copy it to the intermediate vault again (aws backup start-copy-job in the member account); " +
			"otherwise the plan's next run makes the next one. Find out why the second hop did not start within the intermediate vault's retention"
	}
}
