package restores

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/resources"
)

// form is what the metadata of a restore may say, for one resource type [AWS Backup:
// restoring-rds, restoring-aur, restoring-docdb, restoring-nep, restoring-ebs,
// restoring-s3].
type form struct {
	needed []string
	// key names the KMS key of the new resource; empty where it keeps that of the
	// recovery point.
	key string
	// others are known and change nothing here.
	others []string
}

var cluster = form{
	needed: []string{"dbClusterIdentifier", "engine"}, key: "kmsKeyId",
	others: []string{
		"availabilityZones", "backtrackWindow", "copyTagsToSnapshot", "databaseName", "dbClusterParameterGroupName", "dbSubnetGroupName",
		"deletionProtection", "enableCloudwatchLogsExports", "enableIAMDatabaseAuthentication", "engineMode", "engineVersion", "optionGroupName",
		"port", "scalingConfiguration", "vpcSecurityGroupIds",
	},
}

var forms = map[string]form{
	"Aurora": cluster, "DocumentDB": cluster, "Neptune": cluster,
	// The new instance is bound to the key of the recovery point, whatever its engine:
	// RestoreDBInstanceFromDBSnapshot takes no KmsKeyId, as RestoreDBClusterFromSnapshot
	// does [RDS API].
	"RDS": {needed: []string{"DBInstanceIdentifier"}, others: []string{
		"AllocatedStorage", "AutoMinorVersionUpgrade", "AvailabilityZone", "CopyTagsToSnapshot", "DBInstanceClass", "DBName", "DBParameterGroupName",
		"DBSubnetGroupName", "DeletionProtection", "EnableCloudwatchLogsExports", "EnableIAMDatabaseAuthentication", "Engine", "Iops", "LicenseModel",
		"MultiAZ", "OptionGroupName", "Port", "PubliclyAccessible", "StorageType", "VpcSecurityGroupIds",
	}},
	"EBS": {needed: []string{"availabilityZone"}, key: "kmsKeyId", others: []string{"encrypted", "iops", "throughput", "volumeSize", "volumeType"}},
	"S3": {needed: []string{"DestinationBucketName", "NewBucket"}, key: "KMSKey", others: []string{
		"CreationToken", "Encrypted", "EncryptionType", "ItemsToRestore", "RestoreLatestVersionsOnly", "RestoreTime",
	}},
}

// check finds everything that is wrong with a restore's metadata.
func (f form) check(resourceType string, metadata map[string]string) error {
	var faults []string
	for _, name := range f.needed {
		if metadata[name] == "" {
			faults = append(faults, name+" is missing")
		}
	}
	known := slices.Concat(f.needed, f.others)
	if f.key != "" {
		known = append(known, f.key)
	}
	for _, name := range slices.Sorted(maps.Keys(metadata)) {
		if !slices.Contains(known, name) {
			slices.Sort(known)
			faults = append(faults, fmt.Sprintf("%s is not known; there are %s", name, strings.Join(known, ", ")))
		}
	}
	if len(faults) > 0 {
		return fault.InvalidValue("Invalid metadata for a restore of type %s: %s", resourceType, strings.Join(faults, "; "))
	}
	return nil
}

// resource is what the metadata asks for, from a recovery point with a key.
func (f form) resource(p arn.Place, resourceType, pointKey string, metadata map[string]string) (resources.Resource, error) {
	r := resources.Resource{Type: resourceType, Account: p.Account, Region: p.Region, KeyARN: pointKey}
	if f.key != "" && metadata[f.key] != "" {
		r.KeyARN = metadata[f.key]
	}
	switch resourceType {
	case "RDS":
		r.Name = metadata["DBInstanceIdentifier"]
		r.ARN = fmt.Sprintf("arn:aws:rds:%s:%s:db:%s", p.Region, p.Account, r.Name)
	case "EBS":
		if metadata["encrypted"] == "false" {
			return r, fault.InvalidValue("A volume restored from an encrypted recovery point is encrypted")
		}
		if !strings.HasPrefix(metadata["availabilityZone"], p.Region) {
			return r, fault.InvalidValue("The Availability Zone %s is not in %s", metadata["availabilityZone"], p.Region)
		}
	case "S3":
		return f.bucket(r, metadata)
	default:
		r.Name = metadata["dbClusterIdentifier"]
		r.ARN = fmt.Sprintf("arn:aws:rds:%s:%s:cluster:%s", p.Region, p.Account, r.Name)
	}
	return r, nil
}

// bucket: a restore into a bucket that is there leaves the bucket as it is. A new one
// is encrypted by S3 itself unless a key is named.
func (f form) bucket(r resources.Resource, metadata map[string]string) (resources.Resource, error) {
	r.Name = metadata["DestinationBucketName"]
	r.ARN, r.KeyARN = "arn:aws:s3:::"+r.Name, metadata[f.key]
	kms := metadata["EncryptionType"] == "SSE-KMS"
	switch {
	case metadata["NewBucket"] != "true" && metadata["NewBucket"] != "false":
		return r, fault.InvalidValue("NewBucket is %q; it must be true or false", metadata["NewBucket"])
	case kms != (r.KeyARN != ""):
		return r, fault.InvalidValue("EncryptionType is %q and KMSKey %q: SSE-KMS needs a key, and a key SSE-KMS", metadata["EncryptionType"], r.KeyARN)
	default:
		return r, nil
	}
}

// volumeARN names a new volume after the job that made it.
func volumeARN(p arn.Place, job string) string {
	name := fnv.New64()
	name.Write([]byte(job)) // a hash.Hash never fails
	return fmt.Sprintf("arn:aws:ec2:%s:%s:volume/vol-0%016x", p.Region, p.Account, name.Sum64())
}
