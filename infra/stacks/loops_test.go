package stacks_test

import (
	"maps"

	"github.com/twohop/twohop/infra/stacks"
)

// loops: Lambda's recursive loop detection ends no wait, and is on wherever nothing loops.
var loops = map[string]check{
	"a function allows recursive loops if what it may send to queues can come back to it, and only then": {loopsAreAllowed, map[string]func(*draft){
		"not the copystarter":    func(d *draft) { d.drop(stacks.Primary, "CopystarterFunction", "RecursiveLoop") },
		"not the outcometracker": func(d *draft) { d.drop(stacks.Primary, "OutcometrackerFunction", "RecursiveLoop") },
		"not the reconciler":     func(d *draft) { d.set(stacks.Primary, "ReconcilerFunction", "Terminate", "RecursiveLoop") },
		"another word":           func(d *draft) { d.set(stacks.Primary, "CopystarterFunction", "allow", "RecursiveLoop") },
		"the prerequisites, which nothing can come back to": func(d *draft) {
			d.add(stacks.Primary, "PrerequisitesFunction", "RecursiveLoop", "Allow")
		},
		"the management account's": func(d *draft) {
			d.add(stacks.Management, "PrerequisitesFunction", "RecursiveLoop", "Allow")
		},
		"a reconciler that may not send to its own queue": func(d *draft) { d.dropStatement(stacks.Primary, "ReconcilerRole", "GoOn") },
		"a reconciler that its own queue does not invoke": func(d *draft) { d.remove(stacks.Primary, "SweepsMapping") },
		"prerequisites that send to a queue of their own": func(d *draft) {
			d.copy(stacks.Primary, "SweepsMapping", "DutyMapping", "FunctionName", map[string]any{"Ref": "PrerequisitesFunction"})
			d.allow("PrerequisitesRole", "sqs:SendMessage", "twohop-sweeps")
		},
		"a loop of two functions": func(d *draft) {
			d.drop(stacks.Primary, "CopystarterFunction", "RecursiveLoop")
			d.statement(stacks.Primary, "CopystarterRole", "TakeMessages")["Action"] = []any{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
			d.allow("CopystarterRole", "sqs:*", "twohop-outcomes")
		},
	}, nil},
	"a function that a queue invokes has an alarm on what loop detection stops": {loopsRing, map[string]func(*draft){
		"not the copystarter": func(d *draft) { d.remove(stacks.Primary, "CopystarterLoopStoppedAlarm") },
		"not the reconciler":  func(d *draft) { d.remove(stacks.Primary, "ReconcilerLoopStoppedAlarm") },
		"another metric":      func(d *draft) { d.set(stacks.Primary, "OutcometrackerLoopStoppedAlarm", "Throttles", "MetricName") },
		"after the second":    func(d *draft) { d.set(stacks.Primary, "OutcometrackerLoopStoppedAlarm", 2, "Threshold") },
		"of another function": func(d *draft) {
			d.set(stacks.Primary, "CopystarterLoopStoppedAlarm", "twohop-prerequisites", "Dimensions", "0", "Value")
		},
		"a function with no one": func(d *draft) {
			d.copy(stacks.Primary, "SweepsMapping", "DutyMapping", "FunctionName", map[string]any{"Ref": "PrerequisitesFunction"})
		},
	}, nil},
}

// allow gives a role of the primary stack one more right, on a queue.
func (d *draft) allow(role, action, queue string) {
	d.t.Helper()
	statements := at(d.resource(stacks.Primary, role), "Properties", "Policies", "0", "PolicyDocument").(map[string]any)
	statements["Statement"] = append(list(statements, "Statement"), d.plain(map[string]any{
		"Effect": "Allow", "Action": action, "Resource": "arn:aws:sqs:eu-central-1:222222222222:" + queue,
	}))
}

func loopsAreAllowed(d deployment) (found faults) {
	for _, f := range d.all(aFunction) {
		want := ""
		if f.reaches(f) {
			want = "Allow"
		}
		if setting := f.text("RecursiveLoop"); setting != want {
			found.add("%s: RecursiveLoop is %q, should be %q", f, setting, want)
		}
	}
	return found
}

// reaches reports whether what a function may send to queues can lead to an invocation of
// another, which may be the same, by way of any functions.
func (r *resource) reaches(other *resource) bool {
	seen := map[string]bool{}
	for next := r.invokes(); len(next) > 0; {
		onward := map[string]*resource{}
		for _, f := range next {
			if f.id == other.id {
				return true
			}
			if !seen[f.id] {
				seen[f.id] = true
				maps.Copy(onward, f.invokes())
			}
		}
		next = onward
	}
	return false
}

// invokes are the functions, by id, that a queue invokes to which a function may send.
func (r *resource) invokes() map[string]*resource {
	role := r.stack.find(aRole, r.text("Role"))
	invoked := map[string]*resource{}
	for _, m := range r.stack.all(aMapping) {
		queue, function := fed(m)
		if role == nil || queue == nil || function == nil {
			continue // of other checks
		}
		if decide(rights(role), call{action: "sqs:SendMessage", resource: queue.arn()}) == allowed {
			invoked[function.id] = function
		}
	}
	return invoked
}

// loopsRing: also a function that allows loops has the metric, once its setting is lost.
func loopsRing(d deployment) (found faults) {
	for _, m := range d.all(aMapping) {
		if _, function := fed(m); function != nil {
			function.stack.ring(&found, function, bell{"AWS/Lambda", "RecursiveInvocationsDropped", map[string]string{"FunctionName": function.text("FunctionName")}, "Sum", 1})
		}
	}
	return found
}
