package estate

import (
	"encoding/json"
	"fmt"
)

// environmentLimit is the most bytes that a function's environment may have
// [Lambda: configuration-envvars].
const environmentLimit = 4096

// fit returns a function's environment, or an error with the advice where it is
// larger than Lambda takes. Lambda measures the variables as JSON, quotes around
// names and values and backslashes before quotes included; its refusal shows the
// text, "String measured: {…}".
func fit(function, advice string, variables map[string]string) (map[string]string, error) {
	measured, err := json.Marshal(variables)
	if err != nil {
		return nil, fmt.Errorf("measure the environment of the function %s: %w", function, err)
	}
	if len(measured) > environmentLimit {
		return nil, fmt.Errorf("the environment of the function %s has %d bytes, Lambda takes %d: %s", function, len(measured), environmentLimit, advice)
	}
	return variables, nil
}

// environments finds an estate whose functions would not take their configuration.
func (c *checker) environments() {
	for _, environment := range []func() (map[string]string, error){
		c.e.Starter().Environment, c.e.Tracker().Environment, c.e.Reconciler().Environment,
	} {
		if _, err := environment(); err != nil {
			c.add("plans", "%v", err)
			break // all have the routes, which are what is large
		}
	}
	if _, err := c.e.BackupPrerequisites().Environment(); err != nil {
		c.add("regions.secondary", "%v", err)
	}
	if _, err := c.e.ManagementPrerequisites().Environment(); err != nil {
		c.add("members", "%v", err)
	}
}
