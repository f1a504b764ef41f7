package estate_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/twohop/twohop/pkg/estate"
)

const examplePath = "../../infra/config/example.yaml"

// example is the text of the example, and the same with its "#: " lines in force.
func example(t *testing.T) (text, shown string) {
	t.Helper()
	read, err := os.ReadFile(examplePath)
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(read)) {
		line, other := strings.CutPrefix(line, "#: ")
		key, _, _ := strings.Cut(line, ":")
		if last := len(lines) - 1; other && strings.HasPrefix(lines[last], key+":") {
			lines[last] = line // another value for the line above
			continue
		}
		lines = append(lines, line)
	}
	return string(read), strings.Join(lines, "")
}

func TestTheExampleIsTheEstateOfItsIDs(t *testing.T) {
	e, err := estate.Load(examplePath)
	require.NoError(t, err)
	byIDs := parse(t, least)
	// An empty list that is written down is no other than one that is left out.
	byIDs.Members.Accounts, byIDs.Admission.UnitPaths, byIDs.Alarms.Emails, byIDs.Operators = []string{}, []string{}, []string{}, []string{}
	assert.Equal(t, byIDs, e, "the defaults that the example documents are those of the code")
}

func TestTheFirstPartOfTheExampleIsAWholeEstate(t *testing.T) {
	text, _ := example(t)
	first, _, found := strings.Cut(text, "# ---- Everything else")
	require.True(t, found)
	e := parse(t, first)
	e.Members.Accounts = nil
	assert.Equal(t, parse(t, least), e)
}

func TestWhatTheExampleShowsBesidesIsPossible(t *testing.T) {
	_, shown := example(t)
	e := parse(t, shown)
	assert.Equal(t, &estate.Lock{Mode: estate.Compliance, MinDays: 7, MaxDays: 365, GraceDays: 14}, e.Vaults["final"].Lock)
	assert.Equal(t, []string{"on-call@example.com"}, e.Alarms.Emails)
	assert.Equal(t, []string{"eu-north-1", "eu-west-1"}, e.Regions.Secondary)
	assert.Equal(t, estate.ByUnits, e.Admission.By)
	assert.Equal(t, "BreakGlass", e.BreakGlassRole)
	assert.Equal(t, map[string]int{"local": 7, "copies": 35}, e.Plans["cross-region"].Retention)
}

func TestTheExampleHoldsEveryKey(t *testing.T) {
	_, shown := example(t)
	var root yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(shown), &root))
	written := map[string]bool{}
	keysOf(root.Content[0], "", written)
	var wanted []string
	fieldsOf(reflect.TypeFor[estate.Estate](), "", &wanted)
	assert.Greater(t, len(wanted), 50)
	for _, key := range wanted {
		assert.True(t, written[key], key)
	}
}

// keysOf collects the paths of a document, with * for the keys of vaults, plans and
// the like, and for the items of lists.
func keysOf(node *yaml.Node, at string, into map[string]bool) {
	into[at] = true
	for i, child := range node.Content {
		switch {
		case node.Kind == yaml.SequenceNode:
			keysOf(child, at+".*", into)
		case i%2 == 1:
			keysOf(child, at+"."+node.Content[i-1].Value, into)
			keysOf(child, at+".*", into)
		}
	}
}

func fieldsOf(of reflect.Type, at string, into *[]string) {
	switch of.Kind() {
	case reflect.Struct:
		for i := range of.NumField() {
			path := at + "." + of.Field(i).Tag.Get("yaml")
			*into = append(*into, path)
			fieldsOf(of.Field(i).Type, path, into)
		}
	case reflect.Map, reflect.Slice:
		fieldsOf(of.Elem(), at+".*", into)
	case reflect.Pointer:
		fieldsOf(of.Elem(), at, into)
	default: // a value: its path stands in the struct that holds it
	}
}
