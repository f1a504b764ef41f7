package policy

import (
	"encoding/json"
	"fmt"

	"github.com/twohop/twohop/test/awssim/authz/compare"
)

func (p *parser) conditions(path string, v any) []compare.Condition {
	var list []compare.Condition
	operators := p.members(path, v)
	for _, name := range sorted(operators) {
		where := below(path, name)
		operator, err := compare.ParseOperator(name)
		if err != nil {
			p.add(where, "%w", err)
			continue
		}
		keys := p.members(where, operators[name])
		if keys != nil && len(keys) == 0 {
			p.add(where, "compares no key")
		}
		for _, key := range sorted(keys) {
			c, err := compare.NewCondition(operator, key)
			if err != nil {
				p.add(below(where, key), "%w", err)
				continue
			}
			for _, t := range p.texts(below(where, key), scalars(keys[key])) {
				if err := c.Add(t.text); err != nil {
					p.add(t.path, "%w", err)
				}
			}
			list = append(list, c)
		}
	}
	return list
}

// scalars writes booleans and numbers of a condition as strings: AWS takes both
// [IAM user guide: grammar].
func scalars(v any) any {
	switch v := v.(type) {
	case bool:
		return fmt.Sprint(v)
	case json.Number:
		return v.String()
	case []any:
		list := make([]any, 0, len(v))
		for _, item := range v {
			list = append(list, scalars(item))
		}
		return list
	default:
		return v
	}
}
