package settings

import (
	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Routes are the calls about settings, for the handler of AWS Backup.
func (s *Store) Routes() map[string]wire.NamedOp {
	return map[string]wire.NamedOp{
		"GET /account-settings": {Action: "DescribeRegionSettings", Op: wire.NewOp(s.describeRegionSettings).OnAll()},
		"PUT /account-settings": {Action: "UpdateRegionSettings", Op: wire.NewOp(s.updateRegionSettings).OnAll()},
		"GET /global-settings":  {Action: "DescribeGlobalSettings", Op: wire.NewOp(s.describeGlobalSettings).OnAll()},
		"PUT /global-settings":  {Action: "UpdateGlobalSettings", Op: wire.NewOp(s.updateGlobalSettings).OnAll()},
	}
}

// notInOrganization: the code is AWS's own, odd as it is; API clients have met it.
func notInOrganization() error {
	return &wire.Error{Code: "ERROR_9601", Message: "Your account is not a member of an organization."}
}

// notManagement: that the call fails is documented [API: UpdateGlobalSettings],
// with which code and text is UNCONFIRMED A107.
func notManagement() error {
	return fault.InvalidRequest("Your account is not the management account of an organization.")
}

type regionSettings struct {
	ResourceTypeManagementPreference map[string]bool
	ResourceTypeOptInPreference      map[string]bool
}

func (s *Store) describeRegionSettings(r *wire.Request, _ struct{}) (regionSettings, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.region(arn.Place{Account: r.Account, Region: r.Region})
	return regionSettings{ResourceTypeManagementPreference: now.managed, ResourceTypeOptInPreference: now.optIn}, nil
}

func (s *Store) updateRegionSettings(r *wire.Request, in regionSettings) (struct{}, error) {
	return struct{}{}, s.update(arn.Place{Account: r.Account, Region: r.Region}, in.ResourceTypeOptInPreference, in.ResourceTypeManagementPreference)
}

type globalSettings struct {
	GlobalSettings map[string]string
}

type describeGlobalSettingsOutput struct {
	GlobalSettings map[string]string
	LastUpdateTime wire.Epoch `json:",omitzero"`
}

// describeGlobalSettings answers every account of the organization.
func (s *Store) describeGlobalSettings(r *wire.Request, _ struct{}) (describeGlobalSettingsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	management, err := s.management(r.Account)
	if err != nil {
		return describeGlobalSettingsOutput{}, err
	}
	now := s.global(management)
	return describeGlobalSettingsOutput{GlobalSettings: now.options, LastUpdateTime: wire.Epoch{Time: now.updated}}, nil
}

func (s *Store) updateGlobalSettings(r *wire.Request, in globalSettings) (struct{}, error) {
	return struct{}{}, s.updateGlobal(r.Account, in.GlobalSettings)
}
