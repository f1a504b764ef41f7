package prerequisite_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/prerequisite"
)

// setting is one in memory, by what its Ensure does.
type setting struct {
	name   string
	ensure func(context.Context) (bool, error)
}

func (s setting) String() string                           { return s.name }
func (s setting) Ensure(ctx context.Context) (bool, error) { return s.ensure(ctx) }

func inOrder(name string) setting {
	return setting{name, func(context.Context) (bool, error) { return false, nil }}
}

func changed(name string) setting {
	return setting{name, func(context.Context) (bool, error) { return true, nil }}
}

func failing(name string) setting {
	return setting{name, func(context.Context) (bool, error) { return false, errors.New("denied") }}
}

func panicking(name string) setting {
	return setting{name, func(context.Context) (bool, error) { panic("out of range") }}
}

// observer keeps what it is told.
type observer struct {
	mu       sync.Mutex
	findings []prerequisite.Finding
}

func (o *observer) Observe(f prerequisite.Finding) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.findings = append(o.findings, f)
}

// directory lists accounts by unit.
type directory map[string][]string

func (d directory) Accounts(_ context.Context, unit string) ([]string, error) {
	accounts, ok := d[unit]
	if !ok {
		return nil, errors.New("no such unit")
	}
	return accounts, nil
}

type entrance func(account string) ([]prerequisite.Setting, error)

func (e entrance) Enter(_ context.Context, account string) ([]prerequisite.Setting, error) {
	return e(account)
}

func outcomes(r prerequisite.Report) []string {
	var list []string
	for _, f := range r {
		list = append(list, fmt.Sprintf("%s %s %s", f.Account, f.Setting, f.Outcome))
	}
	return list
}

func TestOneFailureOrPanicKeepsNoOtherSettingFromItsTurn(t *testing.T) {
	seen := &observer{}
	runner := prerequisite.Runner{Account: "own", Observer: seen,
		Own: []prerequisite.Setting{failing("a"), panicking("b"), changed("c"), inOrder("d")}}
	report := runner.Run(t.Context(), []prerequisite.Duty{prerequisite.OwnAccount})
	assert.Equal(t, []string{"own a failed", "own b failed", "own c changed", "own d in order"}, outcomes(report))
	assert.Equal(t, []prerequisite.Finding(report), seen.findings, "each is observed")
	var panicked *prerequisite.Panic
	require.ErrorAs(t, report[1].Err, &panicked)
	assert.Contains(t, panicked.Stack, "prerequisite_test.go")
	assert.EqualError(t, report.Err(), "failed: a of own: denied; b of own: panic: out of range (a fault of this function; its log has the stack). changed: c of own. in order: 1")
	assert.Equal(t, report.Err(), report.DeploymentErr())
}

func TestTheWrongOrganizationIsNotTouched(t *testing.T) {
	runner := prerequisite.Runner{Account: "own", Observer: &observer{},
		Organization: &prerequisite.Organization{Identity: failing("organization"), Settings: []prerequisite.Setting{panicking("must not be reached")}}}
	report := runner.Run(t.Context(), []prerequisite.Duty{prerequisite.TheOrganization})
	assert.Equal(t, []string{"own organization failed"}, outcomes(report))
}

func TestWhatIsLeftWhenTimeIsUpIsNotDone(t *testing.T) {
	ctx, end := context.WithCancelCause(t.Context())
	timeUp := errors.New("time was up")
	runner := prerequisite.Runner{Account: "own", Observer: &observer{}, Own: []prerequisite.Setting{
		changed("a"),
		setting{"b", func(ctx context.Context) (bool, error) { end(timeUp); return false, ctx.Err() }},
		panicking("must not be reached"),
	}, Members: &prerequisite.Members{Units: []string{"u"}, Directory: directory{"u": {"1"}}}}
	report := runner.Run(ctx, []prerequisite.Duty{prerequisite.OwnAccount, prerequisite.TheMembers})
	assert.EqualError(t, report.DeploymentErr(),
		"not done, time was up: b of own; must not be reached of own; list of the accounts of u. changed: a of own. in order: 0")
}

func TestMembersAreTheUnitsWithoutExceptNarrowedDown(t *testing.T) {
	units := directory{"u": {"3", "1", "9"}, "v": {"2", "1"}}
	for name, test := range map[string]struct {
		units, only []string
		want        []string
	}{
		"every account of the units, once":                         {[]string{"u", "v"}, nil, []string{"1 s in order", "2 s in order", "3 s in order"}},
		"those that are named":                                     {[]string{"u"}, []string{"3", "9"}, []string{"3 s in order"}},
		"one that is named and in no unit fails":                   {[]string{"u"}, []string{"2"}, []string{"2 membership failed"}},
		"a unit that cannot be listed fails alone":                 {[]string{"w", "v"}, nil, []string{" list of the accounts of w failed", "1 s in order", "2 s in order"}},
		"who is in a unit that cannot be listed is not known then": {[]string{"w", "v"}, []string{"2", "7"}, []string{" list of the accounts of w failed", "2 s in order"}},
	} {
		t.Run(name, func(t *testing.T) {
			runner := prerequisite.Runner{Observer: &observer{}, Members: &prerequisite.Members{
				Units: test.units, Only: test.only, Except: []string{"9"}, Directory: units,
				Entrance: entrance(func(string) ([]prerequisite.Setting, error) { return []prerequisite.Setting{inOrder("s")}, nil }),
			}}
			assert.Equal(t, test.want, outcomes(runner.Run(t.Context(), []prerequisite.Duty{prerequisite.TheMembers})))
		})
	}
}

func TestAMembersFailureFailsTheDailyRunButNoDeployment(t *testing.T) {
	runner := prerequisite.Runner{Observer: &observer{}, Members: &prerequisite.Members{
		Units: []string{"u"}, Directory: directory{"u": {"1", "2", "3", "4"}},
		Entrance: entrance(func(account string) ([]prerequisite.Setting, error) {
			switch account {
			case "1":
				return nil, errors.New("no role")
			case "2":
				panic("no pointer")
			case "3":
				return []prerequisite.Setting{failing("s")}, nil
			default:
				return []prerequisite.Setting{changed("s")}, nil
			}
		}),
	}}
	report := runner.Run(t.Context(), []prerequisite.Duty{prerequisite.TheMembers})
	require.NoError(t, report.DeploymentErr())
	assert.Equal(t, 4, report.Members())
	assert.Equal(t, []string{"1", "2", "3"}, report.FailedMembers())
	var unmet *prerequisite.Unmet
	require.ErrorAs(t, report.Err(), &unmet)
	assert.Contains(t, unmet.Error(), "failed: access of 1: no role; access of 2: panic: no pointer")
}

func TestNoMoreThanEightMembersAreInHandAtATime(t *testing.T) {
	accounts := make([]string, 40)
	for i := range accounts {
		accounts[i] = fmt.Sprintf("%02d", i)
	}
	var inHand atomic.Int32
	var once sync.Once
	full := make(chan struct{})
	runner := prerequisite.Runner{Observer: &observer{}, Members: &prerequisite.Members{
		Units: []string{"u"}, Directory: directory{"u": accounts},
		Entrance: entrance(func(string) ([]prerequisite.Setting, error) {
			n := inHand.Add(1)
			assert.LessOrEqual(t, n, int32(8))
			if n == 8 {
				once.Do(func() { close(full) })
			}
			<-full // fewer than eight at a time would wait here for ever
			return []prerequisite.Setting{setting{"s", func(context.Context) (bool, error) {
				inHand.Add(-1)
				return false, nil
			}}}, nil
		}),
	}}
	report := runner.Run(t.Context(), []prerequisite.Duty{prerequisite.TheMembers})
	require.NoError(t, report.Err())
	assert.Equal(t, 40, report.Members())
}

func TestADutyWithoutConfigurationFails(t *testing.T) {
	for _, duty := range []prerequisite.Duty{prerequisite.OwnAccount, prerequisite.TheOrganization, prerequisite.TheMembers, "unheard of"} {
		runner := prerequisite.Runner{Observer: &observer{}}
		report := runner.Run(t.Context(), []prerequisite.Duty{duty})
		require.Len(t, report, 1)
		require.ErrorIs(t, report[0].Err, prerequisite.ErrNotConfigured, duty)
		require.Error(t, report.DeploymentErr(), "of the members too")
	}
}

func TestDuties(t *testing.T) {
	got, err := prerequisite.ParseDuties([]string{"members", "account"})
	require.NoError(t, err)
	assert.Equal(t, []prerequisite.Duty{prerequisite.TheMembers, prerequisite.OwnAccount}, got)
	_, err = prerequisite.ParseDuties([]string{"Account", "members", "members"})
	require.EqualError(t, err, `"Account" is no duty; [account organization members] are`+"\n"+`duty "members" stands in the list twice; keep one`)
	_, err = prerequisite.ParseDuties(nil)
	require.EqualError(t, err, "no duty; some of [account organization members] are needed")
}
