package cli

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheVersionIsWhatTheBuildRecorded(t *testing.T) {
	toolchain := ", " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
	settings := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "-trimpath", Value: "true"}, {Key: "vcs.revision", Value: "0123456789abcdef0123"},
			{Key: "vcs.time", Value: "2026-11-01T03:00:00Z"}, {Key: "vcs.modified", Value: modified}}
	}
	for sentence, c := range map[string]struct {
		info *debug.BuildInfo
		want string
	}{
		"a release":                {&debug.BuildInfo{Main: debug.Module{Version: "v1.2.0"}, Settings: settings("false")}, "twohop v1.2.0, commit 0123456789ab of 2026-11-01T03:00:00Z"},
		"a tree with changes":      {&debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: settings("true")}, "twohop (devel), commit 0123456789ab of 2026-11-01T03:00:00Z with changes"},
		"without version control":  {&debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "twohop (devel)"},
		"without any record":       {nil, "twohop unknown"},
		"a test, without versions": {&debug.BuildInfo{}, "twohop unknown"},
	} {
		t.Run(sentence, func(t *testing.T) { assert.Equal(t, c.want+toolchain, buildOf(c.info).String()) })
	}
}
