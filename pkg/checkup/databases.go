package checkup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

// Databases are what a member account has to back up, in the primary Region.
type Databases interface {
	// Tagged are the resources that carry a tag, whatever its value.
	Tagged(ctx context.Context, key string) ([]Tagged, error)
	// Tags are the tags of every instance and cluster of the four engines that has any.
	Tags(ctx context.Context) ([]ResourceTags, error)
	// Database describes an instance or a cluster by its ARN, of whichever of the four
	// engines' services; ErrNotFound where there is none.
	Database(ctx context.Context, arn string) (Database, error)
	// PersistentOptions are the names of an option group's persistent options.
	PersistentOptions(ctx context.Context, group string) ([]string, error)
}

// Tagged is a resource with the value of its tag.
type Tagged struct{ ARN, Value string }

// Database is an instance or a cluster.
type Database struct {
	Engine     string // as RDS names it, such as postgres, aurora-mysql, docdb
	Cluster    string // of an instance: the cluster it belongs to; empty: none
	Encryption Encryption
	KeyARN     string // of KMSKey
	// OptionGroups of an instance.
	OptionGroups []string
}

// Encryption is how the storage of a database is encrypted [RDS API:
// StorageEncryptionType]. Which KMS keys AWS manages and which a customer does, KMS tells.
type Encryption string

// Every kind.
const (
	NotEncrypted Encryption = "none"
	KMSKey       Encryption = "sse-kms"
	AWSOwnedKey  Encryption = "sse-rds" // of Aurora clusters that were created without a key since February 2026
)

// Type is the resource type in AWS Backup of what an ARN names, empty where plans of the
// estate have no such type. database is consulted for clusters, whose ARNs are alike.
func typeOf(arn string, d Database) string {
	switch service, resource := serviceOf(arn); {
	case service == "s3":
		return "S3"
	case service == "ec2" && strings.HasPrefix(resource, "volume/"):
		return "EBS"
	case service == "rds" && strings.HasPrefix(resource, "db:"):
		return "RDS"
	case service == "rds" && strings.HasPrefix(resource, "cluster:"):
		switch {
		case strings.HasPrefix(d.Engine, "aurora"):
			return "Aurora"
		case d.Engine == "docdb":
			return "DocumentDB"
		case d.Engine == "neptune":
			return "Neptune"
		default:
			return "RDS" // a Multi-AZ DB cluster
		}
	default:
		return ""
	}
}

// isDatabase tells instances and clusters from what else carries a tag, such as their
// snapshots.
func isDatabase(arn string) bool {
	service, resource := serviceOf(arn)
	return service == "rds" && (strings.HasPrefix(resource, "db:") || strings.HasPrefix(resource, "cluster:"))
}

func serviceOf(arn string) (service, resource string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return "", ""
	}
	return parts[2], parts[5]
}

// member is a member account whose databases are looked at.
type member struct {
	e         estate.Estate
	account   string
	databases Databases
	keys      Keys
	engines   Engines
}

// Databased checks every resource of a member account that carries the estate's tag: that
// its type is its plan's and, of databases, that what makes a copy fail is not so.
func Databased(e estate.Estate, account string, databases Databases, keys Keys, engines Engines) []Check {
	m := member{e, account, databases, keys, knowing(engines)}
	check := Check{Name: "tagged resources", Place: Place{Account: account, Region: e.Regions.Primary}, Right: "tag:GetResources"}
	check.Look = func(ctx context.Context) ([]Finding, error) {
		tagged, err := databases.Tagged(ctx, e.TagKey)
		if err != nil {
			return nil, err
		}
		var checks []Check
		for _, resource := range tagged {
			at := Place{Account: account, Region: e.Regions.Primary, Resource: resource.ARN}
			checks = append(checks, Check{Name: check.Name, Place: at, Right: "rds:DescribeDBInstances",
				Look: func(ctx context.Context) ([]Finding, error) { return m.look(ctx, resource) }})
		}
		return Run(ctx, checks), nil
	}
	return []Check{check}
}

// look is at one resource. What is no database of the four engines is not described:
// only its type is compared with the plan's.
func (m member) look(ctx context.Context, r Tagged) ([]Finding, error) {
	if !isDatabase(r.ARN) {
		return m.planned(r, Database{}), nil
	}
	d, err := m.databases.Database(ctx, r.ARN)
	if errors.Is(err, ErrNotFound) {
		return nil, nil // it went since; GetResources may lag behind
	}
	if err != nil {
		return nil, err
	}
	found := m.planned(r, d)
	if len(found) > 0 {
		return found, nil // no plan of this kind copies it
	}
	if d.Cluster != "" {
		return broken("the instance belongs to the cluster "+d.Cluster+" and is not backed up by itself",
			"none: AWS Backup backs up clusters as a whole, and says nothing about the instance",
			fmt.Sprintf("tag the cluster %s=%s, and take the tag off the instance", m.e.TagKey, r.Value)), nil
	}
	plan, copied := m.plan(r.Value)
	if !copied {
		return nil, nil
	}
	if hop.IsMultiAZCluster(typeOf(r.ARN, d), r.ARN) {
		return multiAZFinding(m.e.TagKey), nil
	}
	if strings.HasPrefix(d.Engine, "custom-") {
		return customFinding(d.Engine, m.e.TagKey), nil
	}
	return m.copied(ctx, plan, r.ARN, d)
}

// copied looks at what the copy of a database may fail for. One that cannot be looked at
// stops no other.
func (m member) copied(ctx context.Context, plan, arn string, d Database) ([]Finding, error) {
	keys, first := m.encrypted(ctx, arn, d)
	options, second := m.options(ctx, d)
	found, err := slices.Concat(keys, options), errors.Join(first, second)
	if !m.leavesRegion(plan) {
		return found, err
	}
	engines, third := m.offered(ctx, d)
	return append(found, engines...), errors.Join(err, third)
}

// plan is the name of the plan in force that a tag's value selects; copied tells whether
// its points leave the account.
func (m member) plan(value string) (name string, copied bool) {
	for _, name := range m.e.EnabledPlans() {
		if m.e.Plans[name].Tag == value {
			return name, len(m.e.CopyTargets(name)) > 0
		}
	}
	return "", false
}

// planned finds resources that no plan selects, or one that is not meant for their type.
func (m member) planned(r Tagged, d Database) []Finding {
	kind := typeOf(r.ARN, d)
	if kind == "" {
		return nil // another service's, or a part of something
	}
	name, _ := m.plan(r.Value)
	if name == "" {
		var tags []string
		for _, plan := range m.e.EnabledPlans() {
			tags = append(tags, m.e.Plans[plan].Tag)
		}
		problem, mend := fmt.Sprintf("the tag %s=%s selects no enabled plan", m.e.TagKey, r.Value), fmt.Sprintf("tag it %s=%s", m.e.TagKey, strings.Join(tags, " or "))
		if meant := meantBy(m.e, r.Value); meant != "" && isDatabase(r.ARN) {
			problem += fmt.Sprintf(": did you mean %s?", meant)
			mend = fmt.Sprintf("aws rds add-tags-to-resource --region %s --resource-name %s --tags Key=%s,Value=%s", m.e.Regions.Primary, r.ARN, m.e.TagKey, meant)
		}
		return broken(problem, "none: nothing backs it up, and nothing says so", mend)
	}
	if slices.Contains(m.e.Plans[name].Types, kind) {
		return nil
	}
	return broken(fmt.Sprintf("the plan %s, which %s=%s selects, is not for %s", name, m.e.TagKey, r.Value, kind),
		m.unmeant(name), m.meant(kind))
}

// unmeant is what comes of a type that the plan is not for.
func (m member) unmeant(plan string) string {
	if m.e.Plans[plan].Strategy == estate.TwoHop {
		return "none: its points stay in the intermediate vault, and are reported as unrouted"
	}
	return saysUnsupported
}

// meant is which plans are for a type.
func (m member) meant(kind string) string {
	var tags []string
	for _, plan := range m.e.EnabledPlans() {
		if slices.Contains(m.e.Plans[plan].Types, kind) {
			tags = append(tags, m.e.Plans[plan].Tag)
		}
	}
	if len(tags) == 0 {
		return "no plan in force is for " + kind + ": take the tag off, or make one in the estate's file"
	}
	return fmt.Sprintf("tag it %s=%s", m.e.TagKey, strings.Join(tags, " or "))
}
