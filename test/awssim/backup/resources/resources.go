// Package resources is the inventory of what the local AWS Backup can back up:
// buckets, volumes and databases, declared in Go. They hold nothing; what counts is
// who owns them, their key, their size and their tags.
package resources

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/twohop/twohop/test/awssim/backup/arn"
)

// Resource is a resource of an account in a Region.
type Resource struct {
	ARN     string
	Type    string // S3, EBS, RDS, Aurora, DocumentDB or Neptune
	Account string // twelve digits
	Region  string
	Name    string // not unique; may be empty
	// KeyARN is the resource's KMS key. Empty: the key that AWS manages for its
	// service, or none at all: S3 encrypts by itself, an Unencrypted resource has none,
	// and an Aurora cluster may be under a key that AWS owns and shows to nobody.
	KeyARN      string
	Unencrypted bool
	AWSOwned    bool
	SizeBytes   int64
	Tags        map[string]string
}

// ManagedKeys tells the keys that AWS manages.
type ManagedKeys interface {
	// ManagedKey is the ARN of the key behind an alias such as alias/aws/rds in an
	// account and Region. It must not call the inventory.
	ManagedKey(account, region, alias string) string
}

// Inventory is all resources of all accounts and Regions, safe for concurrent use.
type Inventory struct {
	mu        sync.Mutex
	keys      ManagedKeys
	resources map[string]Resource // by ARN
}

// New returns an inventory without resources.
func New() *Inventory { return &Inventory{resources: map[string]Resource{}} }

// SetKeys says which keys AWS manages; nil: keys with ARNs of the local AWS's own
// making. Resources that are there keep theirs.
func (i *Inventory) SetKeys(keys ManagedKeys) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = keys
}

// forms of ARNs, by resource type; Region and account where they are in it.
var forms = map[string]*regexp.Regexp{
	"S3":         regexp.MustCompile(`^arn:aws:s3:::[a-z0-9.-]{3,63}$`),
	"EBS":        regexp.MustCompile(`^arn:aws:ec2:([a-z0-9-]+):(\d{12}):volume/vol-[0-9a-f]{8,17}$`),
	"RDS":        regexp.MustCompile(`^arn:aws:rds:([a-z0-9-]+):(\d{12}):db:[a-z][a-z0-9-]{0,62}$`),
	"Aurora":     cluster,
	"DocumentDB": cluster,
	"Neptune":    cluster,
}

var cluster = regexp.MustCompile(`^arn:aws:rds:([a-z0-9-]+):(\d{12}):cluster:[a-z][a-z0-9-]{0,62}$`)

// aliases of the keys that AWS manages for the services. Without a key of its own a
// bucket is encrypted by S3, with no KMS key at all.
var aliases = map[string]string{
	"EBS": "alias/aws/ebs", "RDS": "alias/aws/rds", "Aurora": "alias/aws/rds", "DocumentDB": "alias/aws/rds", "Neptune": "alias/aws/rds",
}

// Add adds a resource. The error names everything that is wrong with it.
func (i *Inventory) Add(r Resource) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	faults := r.faults()
	if _, twice := i.resources[r.ARN]; twice {
		faults = append(faults, errors.New("there is one of this ARN"))
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("add resource %q: %w", r.ARN, err)
	}
	if alias := aliases[r.Type]; r.KeyARN == "" && !r.Unencrypted && !r.AWSOwned && alias != "" {
		place := arn.Place{Account: r.Account, Region: r.Region}
		r.KeyARN = arn.ServiceKey(place, alias)
		if i.keys != nil {
			r.KeyARN = i.keys.ManagedKey(r.Account, r.Region, alias)
		}
	}
	r.Tags = maps.Clone(r.Tags)
	i.resources[r.ARN] = r
	return nil
}

func (r Resource) faults() []error {
	var faults []error
	if !arn.IsAccount(r.Account) || r.Region == "" {
		faults = append(faults, fmt.Errorf("account %q and Region %q: an account has twelve digits, and a Region is needed", r.Account, r.Region))
	}
	form, known := forms[r.Type]
	match := []string(nil)
	if known {
		match = form.FindStringSubmatch(r.ARN)
	}
	switch {
	case !known:
		faults = append(faults, fmt.Errorf("type %q: there are %q", r.Type, slices.Sorted(maps.Keys(forms))))
	case match == nil:
		faults = append(faults, fmt.Errorf("the ARN of a resource of type %s looks like %s", r.Type, strings.Trim(form.String(), "^$")))
	case len(match) > 1 && (match[1] != r.Region || match[2] != r.Account):
		faults = append(faults, fmt.Errorf("it is said to be of account %s in %s; its ARN says otherwise", r.Account, r.Region))
	}
	if region, ok := arn.KeyRegion(r.KeyARN); r.KeyARN != "" && (!ok || region != r.Region) {
		faults = append(faults, fmt.Errorf("key %q: it must be the ARN of a key in %s", r.KeyARN, r.Region))
	}
	if r.Unencrypted && (r.KeyARN != "" || r.Type == "S3") {
		faults = append(faults, errors.New("it cannot be unencrypted: it has a key, or is a bucket, and S3 encrypts all objects"))
	}
	if r.AWSOwned && (r.KeyARN != "" || r.Unencrypted || r.Type != "Aurora") {
		faults = append(faults, errors.New("it cannot be under an AWS owned key: it has another one or none, or is no Aurora cluster"))
	}
	if r.SizeBytes < 0 {
		faults = append(faults, fmt.Errorf("size %d: it must not be negative", r.SizeBytes))
	}
	return faults
}

// Get returns a resource as seen from an account and Region; false where there is
// none of this ARN there.
func (i *Inventory) Get(p arn.Place, resourceARN string) (Resource, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	r, ok := i.resources[resourceARN]
	if !ok || r.Account != p.Account || r.Region != p.Region {
		return Resource{}, false
	}
	return r.copied(), true
}

// In are the resources of an account in a Region, by ARN.
func (i *Inventory) In(p arn.Place) []Resource {
	i.mu.Lock()
	defer i.mu.Unlock()
	found := []Resource{}
	for _, name := range slices.Sorted(maps.Keys(i.resources)) {
		if r := i.resources[name]; r.Account == p.Account && r.Region == p.Region {
			found = append(found, r.copied())
		}
	}
	return found
}

// SetTags replaces all tags of a resource.
func (i *Inventory) SetTags(resourceARN string, tags map[string]string) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	r, ok := i.resources[resourceARN]
	if !ok {
		return fmt.Errorf("set tags of resource %q: there is none", resourceARN)
	}
	r.Tags = maps.Clone(tags)
	i.resources[resourceARN] = r
	return nil
}

// Remove takes a resource away. Its recovery points stay.
func (i *Inventory) Remove(resourceARN string) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if _, ok := i.resources[resourceARN]; !ok {
		return fmt.Errorf("remove resource %q: there is none", resourceARN)
	}
	delete(i.resources, resourceARN)
	return nil
}

func (r Resource) copied() Resource {
	r.Tags = maps.Clone(r.Tags)
	return r
}
