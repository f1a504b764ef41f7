package stage

import (
	"encoding/json"
	"fmt"
	"hash/fnv"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/kms"
)

// tagKey selects a plan for a resource, in both estates.
const tagKey = "backup"

// Resource is something of a member that can be backed up, with a key of its own.
type Resource struct {
	Name    string // small letters, digits and hyphens; alias/NAME is its key's alias
	Type    string // S3, EBS, RDS, Aurora, DocumentDB, Neptune
	Plan    string // the plan's tag; empty: it carries none
	Account string // empty: the first member
	Bytes   int64
	// Closed has its key admit its own account alone, as a key does by default. That of
	// others has what the primary stack asks for.
	Closed bool
	// Managed has it on the key that AWS manages for its service, and none of its own.
	Managed bool
	// AWSOwned has an Aurora cluster under a key that AWS owns, as one is that was created
	// without a key since February 2026.
	AWSOwned bool

	ARN, KeyARN string // set by Add
}

// Add gives a member a resource.
func (s *Stage) Add(r Resource) (Resource, error) {
	if r.Account == "" {
		r.Account = Member
	}
	if !r.Managed && !r.AWSOwned {
		if err := s.makeKey(&r); err != nil {
			return r, err
		}
	}
	r.ARN = arnOf(r)
	made := resources.Resource{
		ARN: r.ARN, Type: r.Type, Account: r.Account, Region: Primary, Name: r.Name, KeyARN: r.KeyARN, AWSOwned: r.AWSOwned, SizeBytes: r.Bytes,
	}
	if r.Plan != "" {
		made.Tags = map[string]string{tagKey: r.Plan}
	}
	if err := s.World.Backup.Resources.Add(made); err != nil {
		return r, err
	}
	added, _ := s.World.Backup.Resources.Get(arn.Place{Account: r.Account, Region: Primary}, r.ARN)
	r.KeyARN = added.KeyARN
	return r, nil
}

// makeKey gives a resource a key of its own.
func (s *Stage) makeKey(r *Resource) error {
	policy, err := s.KeyPolicy(r.Account, !r.Closed)
	if err != nil {
		return err
	}
	if r.KeyARN, err = s.World.KMS.AddKey(kms.Key{Account: r.Account, Region: Primary, Policy: policy}); err != nil {
		return fmt.Errorf("make the key of %s: %w", r.Name, err)
	}
	if _, err = s.World.KMS.AddAlias("alias/"+r.Name, r.KeyARN); err != nil {
		return fmt.Errorf("name the key of %s: %w", r.Name, err)
	}
	return nil
}

func arnOf(r Resource) string {
	switch r.Type {
	case "S3":
		return "arn:aws:s3:::" + r.Name
	case "EBS":
		name := fnv.New64()
		name.Write([]byte(r.Name))
		return fmt.Sprintf("arn:aws:ec2:%s:%s:volume/vol-0%016x", Primary, r.Account, name.Sum64())
	case "RDS":
		return fmt.Sprintf("arn:aws:rds:%s:%s:db:%s", Primary, r.Account, r.Name)
	default:
		return fmt.Sprintf("arn:aws:rds:%s:%s:cluster:%s", Primary, r.Account, r.Name)
	}
}

// KeyPolicy is a key's policy that leaves all to its account and, where shared is
// set, admits what the primary stack asks for.
func (s *Stage) KeyPolicy(account string, shared bool) (string, error) {
	type object = map[string]any
	statements := []any{object{
		"Effect": "Allow", "Principal": object{"AWS": "arn:aws:iam::" + account + ":root"}, "Action": "kms:*", "Resource": "*",
	}}
	if shared {
		var asked []any
		if err := json.Unmarshal([]byte(s.KeyStatements), &asked); err != nil {
			return "", fmt.Errorf("read the primary stack's output DatabaseKeyStatements: %w", err)
		}
		statements = append(statements, asked...)
	}
	text, err := json.Marshal(object{"Version": "2012-10-17", "Statement": statements})
	return string(text), err
}

// Untag takes the tag off a resource, so that no plan selects it any more.
func (s *Stage) Untag(r Resource) error {
	return s.World.Backup.Resources.SetTags(r.ARN, nil)
}
