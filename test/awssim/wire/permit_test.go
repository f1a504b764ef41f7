package wire_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/wire"
)

func TestWhatAnActionTakes(t *testing.T) {
	const body = `{"Body":"word"}`
	for sentence, test := range map[string]struct {
		op     wire.Op
		status int
		said   string
	}{
		"an action whose rights nobody has written down is refused": {wire.NewOp(say), http.StatusNotImplemented, "awssim does not know which rights json:Say takes"},
		"one that everybody may call passes":                        {wire.NewOp(say).Free(), http.StatusOK, "word"},
		"one on no resource asks for *":                             {wire.NewOp(say).OnAll(), http.StatusForbidden, "no json:Say on *"},
		"one that tells its resource asks for that": {wire.Takes(wire.NewOp(say), func(_ *wire.Request, action string, in input) []wire.Need {
			return []wire.Need{{Action: "json:" + action, Resource: in.Body}}
		}), http.StatusForbidden, "no json:Say on word"},
	} {
		t.Run(sentence, func(t *testing.T) {
			server := httptest.NewServer(&wire.Server{
				Clock:    clock.New(time.Unix(0, 0)),
				Identify: func(key string) (wire.Identity, bool) { return wire.Identity{Account: key}, true },
				Authorize: func(_ wire.Caller, need wire.Need) *wire.Error {
					return &wire.Error{Status: http.StatusForbidden, Code: "AccessDenied", Message: "no " + need.Action + " on " + need.Resource}
				},
				Services: map[string]wire.Handler{"json": wire.NewJSON("1.0", "Talk", map[string]wire.Op{"Say": test.op})},
			})
			defer server.Close()
			status, _, answer := request{service: "json", key: "222222222222", method: "POST", path: "/", target: "Talk.Say", body: body}.do(t, server.URL)
			assert.Equal(t, test.status, status)
			assert.Contains(t, answer, test.said)
		})
	}
}
