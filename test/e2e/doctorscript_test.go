package e2e

import (
	"fmt"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/twohop/twohop/test/stage"
)

// doctorCommands are what a script of doctor can do besides.
func (s *script) doctorCommands() map[string]scriptCommand {
	return map[string]scriptCommand{
		"database": {"TYPE NAME TAG [closed]: have one in the first member, whose key may be closed to the backup account", s.database},
	}
}

func (s *script) database(_ *testscript.TestScript, args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("%d arguments", len(args))
	}
	_, err := s.Add(stage.Resource{Type: args[0], Name: args[1], Plan: args[2], Closed: slices.Contains(args[3:], "closed")})
	return err
}
