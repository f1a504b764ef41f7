package template

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
)

// Kinds of parameters. Those of AWS-specific and of Systems Manager types are
// looked up in an account, which is not done here.
const (
	kindText    = "String"
	kindNumber  = "Number"
	kindTexts   = "CommaDelimitedList"
	kindNumbers = "List<Number>"
)

// parameter is one that a template declares.
type parameter struct {
	at         document.Path
	kind       string
	fallback   string
	hasDefault bool
	allowed    []string
	pattern    *regexp.Regexp // nil: anything
	bounds     []bound
}

// bound is a limit of a number, or of the characters of a text.
type bound struct {
	name    string // MinLength, MaxLength, MinValue, MaxValue
	limit   float64
	isUpper bool
	ofChars bool
}

func (d *draft) parameter(at document.Path, name string, v any) {
	d.logicalID(at, name)
	values, ok := v.(map[string]any)
	if !ok {
		d.Faults.Add(at, "is %s; a parameter is an object", document.Kind(v))
		values = map[string]any{"Type": kindText}
	}
	read := properties.New(at, values)
	for _, forPeople := range []string{"Description", "ConstraintDescription"} {
		read.TextOr(forPeople, "")
	}
	read.FlagOr("NoEcho", false)
	p := parameter{at: at, kind: read.Text("Type"), hasDefault: read.Given("Default"),
		fallback: read.TextOr("Default", ""), allowed: read.Texts("AllowedValues")}
	if kinds := []string{kindText, kindNumber, kindTexts, kindNumbers}; p.kind != "" && !slices.Contains(kinds, p.kind) {
		read.Fault("Type", "is %q; the local AWS knows %s", p.kind, strings.Join(kinds, ", "))
	}
	if read.Given("AllowedPattern") {
		// CloudFormation's patterns are Java's and must match the whole value.
		pattern, err := regexp.Compile(`^(?:` + read.Text("AllowedPattern") + `)$`)
		if err != nil {
			read.Fault("AllowedPattern", "is a pattern that the local AWS does not understand: %v", err)
		}
		p.pattern = pattern
	}
	for _, b := range []bound{{"MinLength", 0, false, true}, {"MaxLength", 0, true, true}, {"MinValue", 0, false, false}, {"MaxValue", 0, true, false}} {
		if read.Given(b.name) {
			b.limit = read.Number(b.name)
			p.bounds = append(p.bounds, b)
		}
	}
	d.parameters[name] = p
	d.Parameters[name] = true
	d.Faults.Join(read.Faults())
	if p.hasDefault && len(read.Faults()) == 0 {
		_, faults := p.give(at.Key("Default"), p.fallback)
		d.Faults.Join(faults)
	}
}

// give checks a value and turns it into what Ref gives: text - of a number too
// [CloudFormation: Parameters] - or a list of texts. An empty list parameter is a
// list of one empty text; UNCONFIRMED A99, and no template here depends on it.
func (p parameter) give(at document.Path, value string) (any, document.Faults) {
	var faults document.Faults
	if p.kind == kindText || p.kind == kindNumber {
		p.check(&faults, at, value)
		return value, faults
	}
	var list []any
	for item := range strings.SplitSeq(value, ",") {
		item = strings.TrimSpace(item)
		p.check(&faults, at, item)
		list = append(list, item)
	}
	return list, faults
}

func (p parameter) check(faults *document.Faults, at document.Path, value string) {
	number, err := strconv.ParseFloat(value, 64)
	if isNumber := p.kind == kindNumber || p.kind == kindNumbers; isNumber && err != nil {
		faults.Add(at, "is %q; the parameter is a number", value)
		return
	}
	if len(p.allowed) > 0 && !slices.Contains(p.allowed, value) {
		faults.Add(at, "is %q; AllowedValues are %s", value, strings.Join(p.allowed, ", "))
	}
	if p.pattern != nil && !p.pattern.MatchString(value) {
		faults.Add(at, "is %q, which AllowedPattern does not match", value)
	}
	for _, b := range p.bounds {
		size := number
		if b.ofChars {
			size = float64(len([]rune(value)))
		}
		if b.isUpper && size > b.limit || !b.isUpper && size < b.limit {
			faults.Add(at, "is %q, beyond its %s of %v", value, b.name, b.limit)
		}
	}
}
