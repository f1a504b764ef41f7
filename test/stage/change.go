package stage

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// Change makes something else of a stack's template before it is deployed. A change
// that finds nothing to change in the stack that it is about is an error: the test
// would prove nothing.
type Change func(stack string, template []byte) ([]byte, error)

// All makes several changes, one after another.
func All(changes ...Change) Change {
	return func(stack string, template []byte) ([]byte, error) {
		for _, change := range changes {
			var err error
			if template, err = change(stack, template); err != nil {
				return nil, err
			}
		}
		return template, nil
	}
}

// Replace puts one text for another, everywhere in a stack's template.
func Replace(stack, was, is string) Change {
	return func(name string, template []byte) ([]byte, error) {
		if name != stack {
			return template, nil
		}
		if !strings.Contains(string(template), was) {
			return nil, fmt.Errorf("there is no %s in it", was)
		}
		return []byte(strings.ReplaceAll(string(template), was, is)), nil
	}
}

// Set gives a property of a resource a value.
func Set(stack, resource, property string, value any) Change {
	return edit(stack, resource, func(properties map[string]any) error {
		properties[property] = value
		return nil
	})
}

// Without takes a property of a resource out of a stack's template.
func Without(stack, resource, property string) Change {
	return edit(stack, resource, func(properties map[string]any) error {
		if _, there := properties[property]; !there {
			return fmt.Errorf("%s has no property %s", resource, property)
		}
		delete(properties, property)
		return nil
	})
}

// Variables gives a function, by the name of its resource, other environment variables.
func Variables(stack, function string, variables map[string]any) Change {
	return edit(stack, function, func(properties map[string]any) error {
		environment, ok := properties["Environment"].(map[string]any)
		if !ok {
			return fmt.Errorf("%s has no environment", function)
		}
		set, ok := environment["Variables"].(map[string]any)
		if !ok {
			return fmt.Errorf("the environment of %s has no variables", function)
		}
		maps.Copy(set, variables)
		return nil
	})
}

// edit changes the properties of a resource.
func edit(stack, resource string, change func(properties map[string]any) error) Change {
	return func(name string, text []byte) ([]byte, error) {
		if name != stack {
			return text, nil
		}
		var template map[string]any
		if err := json.Unmarshal(text, &template); err != nil {
			return nil, err
		}
		resources, _ := template["Resources"].(map[string]any)
		declared, _ := resources[resource].(map[string]any)
		properties, ok := declared["Properties"].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("there is no resource %s with properties", resource)
		}
		if err := change(properties); err != nil {
			return nil, err
		}
		return json.Marshal(template)
	}
}
