// Package rds is the local Amazon RDS, DocumentDB and Neptune, as far as somebody looks
// at their databases: instances, clusters, option groups and engines are described. The
// databases are those that AWS Backup's inventory has, with what is said of them here;
// Multi-AZ DB clusters are declared here alone, and AWS Backup does not know them.
// Every Region offers every engine, but those that are taken from it.
package rds

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Inventory has the databases.
type Inventory interface {
	Get(p arn.Place, resourceARN string) (resources.Resource, bool)
	In(p arn.Place) []resources.Resource
}

// Details are what AWS Backup does not know of a database.
type Details struct {
	Engine      string // empty: the first of its resource type
	OptionGroup string // of an instance; empty: default:ENGINE, without options
	Cluster     string // of an instance: the cluster that it belongs to
}

// Option of an option group.
type Option struct {
	Name       string
	Persistent bool
}

// Service is the RDS of all accounts and Regions, safe for concurrent use.
type Service struct {
	inventory Inventory

	mu       sync.Mutex
	details  map[string]Details            // by ARN
	multiAZ  map[string]resources.Resource // clusters, by ARN
	groups   map[arn.Place]map[string][]Option
	withheld map[string]bool // Region and engine
	carried  bool            // option groups, by copies
}

// New returns an RDS with the databases of an inventory.
func New(inventory Inventory) *Service {
	return &Service{
		inventory: inventory, details: map[string]Details{}, multiAZ: map[string]resources.Resource{},
		groups: map[arn.Place]map[string][]Option{}, withheld: map[string]bool{},
	}
}

// Describe says more of a database.
func (s *Service) Describe(databaseARN string, d Details) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.details[databaseARN] = d
}

// AddMultiAZCluster adds a cluster of an engine that has no other clusters.
func (s *Service) AddMultiAZCluster(r resources.Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.multiAZ[r.ARN] = r
}

// AddOptionGroup adds an option group, or replaces its options.
func (s *Service) AddOptionGroup(account, region, name string, options ...Option) {
	s.mu.Lock()
	defer s.mu.Unlock()
	place := arn.Place{Account: account, Region: region}
	if s.groups[place] == nil {
		s.groups[place] = map[string][]Option{}
	}
	s.groups[place][name] = options
}

// Withhold takes an engine from a Region, or gives it back.
func (s *Service) Withhold(region, engine string, withheld bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.withheld[region+" "+engine] = withheld
}

// In are the databases that AWS Backup does not know, for who lists tags.
func (s *Service) In(p arn.Place) []resources.Resource {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []resources.Resource
	for _, r := range s.multiAZ {
		if r.Account == p.Account && r.Region == p.Region {
			found = append(found, r)
		}
	}
	return found
}

// Handler is the service on the wire, for the signing name "rds".
func (s *Service) Handler() wire.Handler {
	return wire.NewQuery("http://rds.amazonaws.com/doc/2014-10-31/", map[string]wire.Op{
		"DescribeDBInstances": wire.Takes(wire.NewOp(s.describeInstances), func(r *wire.Request, action string, in instancesInput) []wire.Need {
			return on(r, action, "db", in.DBInstanceIdentifier)
		}),
		"DescribeDBClusters": wire.Takes(wire.NewOp(s.describeClusters), func(r *wire.Request, action string, in clustersInput) []wire.Need {
			return on(r, action, "cluster", in.DBClusterIdentifier)
		}),
		"DescribeOptionGroups": wire.Takes(wire.NewOp(s.describeOptionGroups), func(r *wire.Request, action string, in groupsInput) []wire.Need {
			return on(r, action, "og", in.OptionGroupName)
		}),
		"DescribeDBEngineVersions": wire.NewOp(s.describeEngineVersions).OnAll(),
	})
}

// on is the right to one thing, or to all of its kind [Service Authorization Reference:
// Amazon RDS].
func on(r *wire.Request, action, kind, name string) []wire.Need {
	if name == "" {
		name = "*"
	}
	if !strings.HasPrefix(name, "arn:") {
		name = fmt.Sprintf("arn:aws:rds:%s:%s:%s:%s", r.Region, r.Account, kind, name)
	}
	return []wire.Need{{Action: "rds:" + action, Resource: name}}
}

func place(r *wire.Request) arn.Place { return arn.Place{Account: r.Account, Region: r.Region} }

// found are the databases of a kind that a caller asks for by name or ARN; all without
// a name.
func (s *Service) found(r *wire.Request, kind, name string) []resources.Resource {
	prefix := fmt.Sprintf("arn:aws:rds:%s:%s:%s:", r.Region, r.Account, kind)
	var found []resources.Resource
	for _, database := range append(s.inventory.In(place(r)), s.In(place(r))...) {
		own, ok := strings.CutPrefix(database.ARN, prefix)
		if ok && (name == "" || name == own || name == database.ARN) {
			found = append(found, database)
		}
	}
	return found
}

// engines by resource type of AWS Backup; the first one counts where nothing is said.
var engines = map[string]string{"RDS": "postgres", "Aurora": "aurora-postgresql", "DocumentDB": "docdb", "Neptune": "neptune"}

func (s *Service) detailsOf(r resources.Resource) Details {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.details[r.ARN]
	if d.Engine == "" {
		d.Engine = engines[r.Type]
	}
	if d.OptionGroup == "" {
		d.OptionGroup = "default:" + d.Engine
	}
	return d
}

func notFound(code, format string, args ...any) error {
	return &wire.Error{Status: http.StatusNotFound, Code: code, Message: fmt.Sprintf(format, args...)}
}
