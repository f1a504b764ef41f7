package rds

import (
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/wire"
)

type instancesInput struct {
	DBInstanceIdentifier string `query:"DBInstanceIdentifier"`
	MaxRecords           int    `query:"MaxRecords"`
}

type instance struct {
	DBInstanceIdentifier string
	DBInstanceArn        string
	DBClusterIdentifier  string `xml:",omitempty"`
	Engine               string
	StorageEncrypted     bool
	StorageEncryption    string       `xml:"StorageEncryptionType"`
	KmsKeyID             string       `xml:"KmsKeyId,omitempty"`
	OptionGroups         []membership `xml:"OptionGroupMemberships>OptionGroupMembership"`
}

type membership struct{ OptionGroupName, Status string }

type instancesOutput struct {
	DBInstances []instance `xml:"DBInstances>DBInstance"`
}

// describeInstances answers with all in one page.
func (s *Service) describeInstances(r *wire.Request, in instancesInput) (instancesOutput, error) {
	var out instancesOutput
	for _, database := range s.found(r, "db", in.DBInstanceIdentifier) {
		d := s.detailsOf(database)
		out.DBInstances = append(out.DBInstances, instance{
			DBInstanceIdentifier: last(database.ARN), DBInstanceArn: database.ARN, DBClusterIdentifier: d.Cluster, Engine: d.Engine,
			StorageEncrypted: database.KeyARN != "", StorageEncryption: encryption(database), KmsKeyID: database.KeyARN, OptionGroups: []membership{{d.OptionGroup, "in-sync"}},
		})
	}
	if in.DBInstanceIdentifier != "" && len(out.DBInstances) == 0 {
		return out, notFound("DBInstanceNotFound", "DBInstance %s not found.", last(in.DBInstanceIdentifier))
	}
	return out, nil
}

type clustersInput struct {
	DBClusterIdentifier string `query:"DBClusterIdentifier"`
	MaxRecords          int    `query:"MaxRecords"`
}

type cluster struct {
	DBClusterIdentifier string
	DBClusterArn        string
	Engine              string
	StorageEncrypted    bool
	StorageEncryption   string `xml:"StorageEncryptionType"`
	KmsKeyID            string `xml:"KmsKeyId,omitempty"`
}

type clustersOutput struct {
	DBClusters []cluster `xml:"DBClusters>DBCluster"`
}

func (s *Service) describeClusters(r *wire.Request, in clustersInput) (clustersOutput, error) {
	var out clustersOutput
	for _, database := range s.found(r, "cluster", in.DBClusterIdentifier) {
		out.DBClusters = append(out.DBClusters, cluster{
			DBClusterIdentifier: last(database.ARN), DBClusterArn: database.ARN, Engine: s.detailsOf(database).Engine,
			StorageEncrypted: database.KeyARN != "", StorageEncryption: encryption(database), KmsKeyID: database.KeyARN,
		})
	}
	if in.DBClusterIdentifier != "" && len(out.DBClusters) == 0 {
		return out, notFound("DBClusterNotFoundFault", "DBCluster %s not found.", last(in.DBClusterIdentifier))
	}
	return out, nil
}

type groupsInput struct {
	OptionGroupName string `query:"OptionGroupName"`
	MaxRecords      int    `query:"MaxRecords"`
}

type option struct {
	OptionName            string
	Persistent, Permanent bool
}

type group struct {
	OptionGroupName string
	Options         []option `xml:"Options>Option"`
}

type groupsOutput struct {
	OptionGroupsList []group `xml:"OptionGroupsList>OptionGroup"`
}

// describeOptionGroups shows one group; a default one is there for every engine, and has
// no options.
func (s *Service) describeOptionGroups(r *wire.Request, in groupsInput) (groupsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	options, ok := s.groups[place(r)][in.OptionGroupName]
	if !ok && !strings.HasPrefix(in.OptionGroupName, "default:") {
		return groupsOutput{}, notFound("OptionGroupNotFoundFault", "Specified OptionGroupName: %s not found.", in.OptionGroupName)
	}
	shown := group{OptionGroupName: in.OptionGroupName}
	for _, o := range options {
		shown.Options = append(shown.Options, option{OptionName: o.Name, Persistent: o.Persistent})
	}
	return groupsOutput{[]group{shown}}, nil
}

type versionsInput struct {
	Engine     string `query:"Engine"`
	MaxRecords int    `query:"MaxRecords"`
}

type version struct{ Engine, EngineVersion string }

type versionsOutput struct {
	DBEngineVersions []version `xml:"DBEngineVersions>DBEngineVersion"`
}

// describeEngineVersions has one version of each engine that is offered.
func (s *Service) describeEngineVersions(r *wire.Request, in versionsInput) (versionsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.Engine == "" || s.withheld[r.Region+" "+in.Engine] {
		return versionsOutput{}, nil
	}
	return versionsOutput{[]version{{in.Engine, "1"}}}, nil
}

// encryption is StorageEncryptionType, beside which StorageEncrypted is true for sse-kms
// alone [RDS API: DBCluster].
func encryption(r resources.Resource) string {
	switch {
	case r.AWSOwned:
		return "sse-rds"
	case r.KeyARN != "":
		return "sse-kms"
	default:
		return "none"
	}
}

// last is the name in an ARN, or the name itself.
func last(name string) string { return name[strings.LastIndex(name, ":")+1:] }
