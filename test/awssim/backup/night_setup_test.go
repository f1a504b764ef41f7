package backup_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	api "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/backup/crossing"
	"github.com/twohop/twohop/test/awssim/backup/jobs"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/organizations"
	"github.com/twohop/twohop/test/awssim/organizations/policies"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	management = "333333333333"
	unit       = "ou-ab12-11111111"

	nightRole = "arn:aws:iam::111111111111:role/twohop-BackupandRestore"
	localKey  = "arn:aws:kms:eu-central-1:111111111111:key/local"
	dataKey   = "arn:aws:kms:eu-central-1:111111111111:key/data"

	bucketARN = "arn:aws:s3:::ledger"
	volumeARN = "arn:aws:ec2:eu-central-1:111111111111:volume/vol-0123456789abcdef0"
	auroraARN = "arn:aws:rds:eu-central-1:111111111111:cluster:accounts"
	docARN    = "arn:aws:rds:eu-central-1:111111111111:cluster:documents"
	graphARN  = "arn:aws:rds:eu-central-1:111111111111:cluster:graph"
	looseARN  = "arn:aws:rds:eu-central-1:111111111111:db:loose"
	simpleARN = "arn:aws:rds:eu-central-1:111111111111:db:simple"

	backupPolicy = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
	s3Policy     = "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup"
)

var midnight = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// night is an estate with a member, its resources and the three plans of the golden
// template.
type night struct {
	*estate
	organizations *organizations.Service
	policies      *policies.Store
	iam           *iam.Service
	keys          *keys
	roles         *roles
}

// keys are those that AWS manages, and who may not open which others.
type keys struct {
	managed map[string]bool
	closed  map[string]string // account by key
	blunt   string            // encrypts nothing
}

func (k *keys) IsManaged(key string) bool { return k.managed[key] }
func (k *keys) MayOpen(key, account, _ string) error {
	if k.closed[key] == account {
		return errors.New("the key policy names nobody there")
	}
	return nil
}
func (k *keys) MayEncrypt(key, _, _ string) error {
	if k.blunt == key {
		return errors.New("the key policy names nobody")
	}
	return nil
}

// roles judges by a role's own policies alone, and lets every role copy into all vaults
// but one.
type roles struct {
	iam    *iam.Service
	closed string
}

func (r *roles) May(role, _ string, needs []wire.Need) error {
	own, ok := r.iam.Policies(role)
	if !ok {
		return errors.New("there is no such role")
	}
	for _, need := range needs {
		if strings.HasPrefix(need.Action, "backup:") {
			if need.Resource == r.closed {
				return errors.New("no statement of the vault's policy applies")
			}
			continue
		}
		verdict, err := authz.Evaluate(authz.Request{Action: need.Action, Resource: need.Resource, Principal: authz.RoleSession(role, "AWSBackup")},
			authz.Policies{Identity: own, ResourceAccount: member})
		if err != nil || verdict.Outcome != authz.Allowed {
			return errors.Join(err, errors.New(verdict.Reason))
		}
	}
	return nil
}

func newNight(t *testing.T) *night {
	t.Helper()
	n := &night{estate: newEstateAt(t, midnight), keys: &keys{managed: map[string]bool{}, closed: map[string]string{}}, roles: &roles{}}
	n.local = n.vault(backup.Vault{Account: member, Region: primary, Name: "twohop-local", EncryptionKeyArn: localKey})
	n.intermediate = n.vault(backup.Vault{Account: central, Region: primary, Name: "twohop-intermediate", EncryptionKeyArn: intermediateKey})
	n.final = n.vault(backup.Vault{Account: central, Region: secondary, Name: "twohop-final", EncryptionKeyArn: finalKey})
	n.iam = iam.New(n.clock, ids.New(3))
	n.roles.iam = n.iam
	require.NoError(t, n.iam.AddRole(iam.Role{Account: member, Name: "twohop-BackupandRestore", Managed: []string{backupPolicy, s3Policy},
		Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"backup.amazonaws.com"},"Action":"sts:AssumeRole"}]}`}))
	n.organizations = organizations.New(n.clock)
	require.NoError(t, n.organizations.AddOrganization(organizations.Organization{ID: "o-a1b2c3d4e5", Root: "r-ab12", Management: management}))
	require.NoError(t, n.organizations.AddUnit(organizations.Unit{ID: unit, Parent: "r-ab12", Name: "databases"}))
	require.NoError(t, n.organizations.AddAccount(organizations.Account{ID: member, Parent: unit, Name: "orders"}))
	require.NoError(t, n.organizations.AddAccount(organizations.Account{ID: central, Parent: "r-ab12", Name: "backup"}))
	n.policies = policies.New(n.organizations)
	n.configure(func(c *backup.Config) {
		c.Settings.Organizations = n.organizations
		c.Plans.Accounts, c.Plans.Policies = n.organizations, n.policies
		c.Backups = jobs.Config{Roles: n.roles, Plan: func(jobs.Job) copies.Course { return copies.Course{Wait: 20 * time.Minute, Run: 10 * time.Minute} }}
		c.Rules = crossing.Rules{Organizations: n.service.Settings, Keys: n.keys, Roles: n.roles}
	})
	n.serveOrganizations()
	return n
}

// serveOrganizations enables what an organization must have enabled.
func (n *night) serveOrganizations() {
	n.t.Helper()
	n.server.Config.Handler.(*wire.Server).Services["organizations"] = n.organizations.Handler()
	options := api.Options{Region: primary, BaseEndpoint: &n.server.URL, Credentials: n.client(management, primary).Options().Credentials}
	_, err := api.New(options).EnablePolicyType(n.t.Context(), &api.EnablePolicyTypeInput{RootId: aws.String("r-ab12"), PolicyType: policies.Type})
	require.NoError(n.t, err)
	n.crossAccount("true")
	n.optIn("S3", "EBS", "RDS", "Aurora", "DocumentDB", "Neptune")
}

func (n *night) crossAccount(value string) {
	n.t.Helper()
	_, err := n.client(management, primary).UpdateGlobalSettings(n.t.Context(), &awsbackup.UpdateGlobalSettingsInput{
		GlobalSettings: map[string]string{"isCrossAccountBackupEnabled": value}})
	require.NoError(n.t, err)
}

func (n *night) optIn(types ...string) {
	n.t.Helper()
	chosen := map[string]bool{}
	for _, name := range []string{"S3", "EBS", "RDS", "Aurora", "DocumentDB", "Neptune"} {
		chosen[name] = false
	}
	for _, name := range types {
		chosen[name] = true
	}
	_, err := n.client(member, primary).UpdateRegionSettings(n.t.Context(), &awsbackup.UpdateRegionSettingsInput{ResourceTypeOptInPreference: chosen})
	require.NoError(n.t, err)
}

// addResources adds one resource of each type with the tag of its plan, one for the
// plan simple and one that no plan finds. All have the member's key.
func (n *night) addResources() {
	n.t.Helper()
	for _, r := range []backup.Resource{
		{ARN: bucketARN, Type: "S3", Tags: map[string]string{"backup": "cross-region", "team": "books"}},
		{ARN: volumeARN, Type: "EBS", Tags: map[string]string{"backup": "cross-region"}},
		{ARN: orders, Type: "RDS", Tags: map[string]string{"backup": "cross-region-special"}},
		{ARN: auroraARN, Type: "Aurora", Tags: map[string]string{"backup": "cross-region-special"}},
		{ARN: docARN, Type: "DocumentDB", Tags: map[string]string{"backup": "cross-region-special"}},
		{ARN: graphARN, Type: "Neptune", Tags: map[string]string{"backup": "cross-region-special"}},
		{ARN: simpleARN, Type: "RDS", Tags: map[string]string{"backup": "simple"}},
		{ARN: looseARN, Type: "RDS", Tags: map[string]string{"backup": "never"}},
	} {
		r.Account, r.Region, r.KeyARN, r.SizeBytes = member, primary, dataKey, 10<<30
		require.NoError(n.t, n.service.Resources.Add(r))
	}
}

// golden is a backup policy of the golden template.
func (n *night) golden(name string) policies.Policy {
	n.t.Helper()
	text, err := os.ReadFile("../../../infra/templates/twohop/TwohopManagement.json")
	require.NoError(n.t, err)
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties json.RawMessage
		}
	}
	require.NoError(n.t, json.Unmarshal(text, &template))
	for _, resource := range template.Resources {
		var p struct {
			Name      string
			Content   json.RawMessage
			TargetIds []string
		}
		if resource.Type == "AWS::Organizations::Policy" {
			require.NoError(n.t, json.Unmarshal(resource.Properties, &p))
		}
		if p.Name == name {
			return policies.Policy{Management: management, Name: p.Name, Content: string(p.Content), Targets: p.TargetIds}
		}
	}
	require.Fail(n.t, "no policy "+name+" in the template")
	return policies.Policy{}
}

// attachGolden puts the policies of the golden template in force.
func (n *night) attachGolden() {
	n.t.Helper()
	for _, name := range []string{"twohop-simple", "twohop-cross-region", "twohop-cross-region-special"} {
		require.NoError(n.t, n.policies.Put(n.golden(name)))
	}
	require.NoError(n.t, n.service.Plans.Refresh())
}

// only is the one point of a resource in a vault.
func (n *night) only(vaultARN, resource string) vaults.RecoveryPoint {
	n.t.Helper()
	var found []vaults.RecoveryPoint
	for _, p := range n.service.RecoveryPoints(vaultARN) {
		if p.ResourceArn == resource {
			found = append(found, p)
		}
	}
	require.Len(n.t, found, 1, "points of %s in %s", resource, vaultARN)
	return found[0]
}
