package stacks_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// template is a CloudFormation template as JSON has it, its functions unresolved.
type template = map[string]any

// written is one stack of an assembly.
type written struct {
	part      string // name without the estate's
	account   string
	region    string
	protected bool // against termination
	template  template
}

// draft is a copy of an assembly's stacks to be broken in one place.
type draft struct {
	t      *testing.T
	estate estate.Estate
	stacks []written
	apart  bool // the StackSet's template stays as it is, whatever becomes of the member's
}

// draft copies the assembly's stacks; their resources are shared until they are
// changed.
func (a assembly) draft(t *testing.T) *draft {
	d := &draft{t: t, estate: a.estate, stacks: slices.Clone(a.stacks)}
	for i := range d.stacks {
		d.stacks[i].template = maps.Clone(d.stacks[i].template)
		d.stacks[i].template["Resources"] = maps.Clone(d.stacks[i].resources())
	}
	return d
}

func (w written) resources() map[string]any {
	resources, _ := w.template["Resources"].(map[string]any)
	return resources
}

// stack is one of the draft's. It fails the test where there is none: a break
// that breaks nothing proves nothing.
func (d *draft) stack(part string) *written {
	i := slices.IndexFunc(d.stacks, func(w written) bool { return w.part == part })
	require.GreaterOrEqual(d.t, i, 0, "no stack %s", part)
	return &d.stacks[i]
}

// resource is one of a stack's, to be changed.
func (d *draft) resource(part, id string) map[string]any {
	resources := d.stack(part).resources()
	require.Contains(d.t, resources, id, part)
	d.store(part, id, d.json(part, id))
	return resources[id].(map[string]any)
}

func (d *draft) json(part, id string) string {
	text, err := json.Marshal(d.stack(part).resources()[id])
	require.NoError(d.t, err)
	return string(text)
}

func (d *draft) store(part, id, text string) {
	var resource map[string]any
	require.NoError(d.t, json.Unmarshal([]byte(text), &resource), text)
	d.stack(part).resources()[id] = resource
}

// set changes what stands at a path below a resource's properties; it must be
// there. nil takes it away.
func (d *draft) set(part, id string, value any, path ...string) {
	d.put(d.resource(part, id), value, append([]string{"Properties"}, path...))
}

// drop takes away what stands at a path below a resource's properties.
func (d *draft) drop(part, id string, path ...string) { d.set(part, id, nil, path...) }

// attribute changes what a resource has beside its properties, such as its
// DeletionPolicy. nil takes it away.
func (d *draft) attribute(part, id string, value any, name string) {
	d.put(d.resource(part, id), value, []string{name})
}

func (d *draft) put(in any, value any, path []string) {
	value = d.plain(value)
	holder := at(in, path[:len(path)-1]...)
	last := path[len(path)-1]
	require.NotNil(d.t, at(holder, last), "nothing at %v", path)
	switch holder := holder.(type) {
	case map[string]any:
		if holder[last] = value; value == nil {
			delete(holder, last)
		}
	case []any:
		i, err := strconv.Atoi(last)
		require.NoError(d.t, err)
		require.NotNil(d.t, value, "an item of a list cannot be taken away by itself")
		holder[i] = value
	}
}

// add gives a resource a property that it does not have.
func (d *draft) add(part, id, property string, value any) {
	properties := at(d.resource(part, id), "Properties").(map[string]any)
	require.NotContains(d.t, properties, property)
	properties[property] = d.plain(value)
}

// plain is a value as JSON gives it back.
func (d *draft) plain(value any) (plain any) {
	text, err := json.Marshal(value)
	require.NoError(d.t, err)
	require.NoError(d.t, json.Unmarshal(text, &plain))
	return plain
}

// copy adds a resource like another of the stack, with one property changed.
func (d *draft) copy(part, id, as, property string, value any) {
	d.store(part, as, d.json(part, id))
	d.set(part, as, value, property)
}

// remove takes a resource away.
func (d *draft) remove(part, id string) {
	require.Contains(d.t, d.stack(part).resources(), id)
	delete(d.stack(part).resources(), id)
}

// say replaces a text wherever it stands in a resource's JSON.
func (d *draft) say(part, id, old, text string) {
	before := d.json(part, id)
	require.Contains(d.t, before, old)
	d.store(part, id, strings.ReplaceAll(before, old, text))
}

// statement is the statement with a Sid in one of a resource's policies.
func (d *draft) statement(part, id, sid string) map[string]any {
	var found map[string]any
	walk(d.resource(part, id), func(v any) {
		if m, ok := v.(map[string]any); ok && m["Sid"] == sid {
			found = m
		}
	})
	require.NotNil(d.t, found, "no statement %s in %s of %s", sid, id, part)
	return found
}

// dropStatement makes a statement say nothing.
func (d *draft) dropStatement(part, id, sid string) {
	statement := d.statement(part, id, sid)
	statement["Action"] = []any{"sts:GetCallerIdentity"}
}

// dropCondition takes one condition key from a statement.
func (d *draft) dropCondition(part, id, sid, operator, key string) {
	keys, _ := at(d.statement(part, id, sid), "Condition", operator).(map[string]any)
	require.Contains(d.t, keys, key)
	delete(keys, key)
}

// deployment is the draft deployed. What was changed in the member stack is
// changed in the StackSet's template too.
func (d *draft) deployment() deployment {
	if _, standing := d.stack(stacks.Management).resources()[memberStacks]; standing && !d.apart {
		text, err := json.Marshal(d.stack(stacks.Member).template)
		require.NoError(d.t, err)
		d.set(stacks.Management, memberStacks, string(text), "TemplateBody")
	}
	return deploy(d.estate, d.stacks)
}

// at walks into JSON: by keys, and by numbers into lists. nil: there is nothing.
func at(v any, path ...string) any {
	for _, step := range path {
		switch holder := v.(type) {
		case map[string]any:
			v = holder[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(holder) {
				return nil
			}
			v = holder[i]
		default:
			return nil
		}
	}
	return v
}

// walk visits a JSON value and everything in it, maps in the order of their keys.
func walk(v any, visit func(any)) {
	visit(v)
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			visit(key)
			walk(v[key], visit)
		}
	case []any:
		for _, item := range v {
			walk(item, visit)
		}
	}
}
