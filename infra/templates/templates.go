// Package templates holds the CloudFormation templates of two estates as the CDK app
// synthesizes them: twohop is infra/config/example.yaml, payroll one that uses what
// the example leaves out. They show in review what a change does, and whoever has no
// Node can read and run them. `go test ./infra/stacks -update` writes them.
package templates

import (
	"embed"
	"fmt"
)

//go:embed */*.json
var files embed.FS

// Read returns a stack's template, JSON.
func Read(estate, stack string) ([]byte, error) {
	text, err := files.ReadFile(estate + "/" + stack + ".json")
	if err != nil {
		return nil, fmt.Errorf("read the template of stack %s of the estate %s: %w", stack, estate, err)
	}
	return text, nil
}
