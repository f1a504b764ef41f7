package deploy

import (
	"context"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/cloudformation/template/properties"
	"github.com/twohop/twohop/test/awssim/kms"
)

func (d *deployment) key(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	k := kms.Key{
		Account: d.Account, Region: d.Region, Description: p.TextOr("Description", ""), Policy: p.JSON("KeyPolicy"),
		Rotation: p.FlagOr("EnableKeyRotation", false),
	}
	if days := p.WholeOr("PendingWindowInDays", 30); days < 7 || days > 30 { // of a deletion [CloudFormation: AWS::KMS::Key]
		p.Fault("PendingWindowInDays", "is %d; 7 to 30 days are possible", days)
	}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	arn, err := d.KMS.AddKey(k)
	id := arn[strings.LastIndex(arn, "/")+1:]
	return template.Made{PhysicalID: id, Attributes: map[string]string{"Arn": arn, "KeyId": id}}, err
}

func (d *deployment) alias(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	name, target := p.Text("AliasName"), p.Text("TargetKeyId")
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	_, err := d.KMS.AddAlias(name, d.arn("kms", "key/"+target))
	return template.Made{PhysicalID: name}, err
}

func (d *deployment) vault(_ context.Context, _ template.Resource, p *properties.Reader) (template.Made, error) {
	v := backup.Vault{Account: d.Account, Region: d.Region, Name: p.Text("BackupVaultName"), EncryptionKeyArn: p.TextOr("EncryptionKeyArn", "")}
	policy := ""
	if p.Given("AccessPolicy") {
		policy = p.JSON("AccessPolicy")
	}
	var lock vaults.Lock
	if p.Given("LockConfiguration") {
		given := p.Object("LockConfiguration")
		lock.MinRetentionDays = int64(given.Whole("MinRetentionDays"))
		lock.MaxRetentionDays, lock.ChangeableForDays = int64(given.WholeOr("MaxRetentionDays", 0)), int64(given.WholeOr("ChangeableForDays", 0))
	}
	if err := p.Done(); err != nil {
		return template.Made{}, err
	}
	arn, err := d.Backup.AddVault(v)
	if err == nil && policy != "" {
		err = d.Backup.PutVaultPolicy(arn, policy)
	}
	if err == nil && lock != (vaults.Lock{}) {
		err = d.Backup.LockVault(arn, lock)
	}
	return template.Made{PhysicalID: v.Name, Attributes: map[string]string{"BackupVaultArn": arn, "BackupVaultName": v.Name}}, err
}
