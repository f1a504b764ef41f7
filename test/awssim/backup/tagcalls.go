package backup

import (
	"maps"
	"slices"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/wire"
)

type listTagsInput struct {
	ResourceArn string `path:"resourceArn"`
	NextToken   string `query:"nextToken"`
	MaxResults  string `query:"maxResults"`
}

type listTagsOutput struct {
	Tags      map[string]string
	NextToken string `json:",omitempty"`
}

// listTags knows vaults and recovery points.
func (s *Service) listTags(r *wire.Request, in listTagsInput) (listTagsOutput, error) {
	tags, err := s.tags(home(r), in.ResourceArn)
	if err != nil {
		return listTagsOutput{}, err
	}
	keys, next, err := listing.Page(slices.Sorted(maps.Keys(tags)), func(key string) string { return key }, in.NextToken, in.MaxResults)
	out := listTagsOutput{Tags: map[string]string{}, NextToken: next}
	for _, key := range keys {
		out.Tags[key] = tags[key]
	}
	return out, err
}

func (s *Service) tags(p arn.Place, resource string) (map[string]string, error) {
	isResource := func(p *RecoveryPoint) bool { return p.RecoveryPointArn == resource }
	for _, v := range s.vaults.Vaults(p) {
		if v.ARN == resource {
			return v.Tags, nil
		}
		if found, err := s.vaults.Points(p, v.Name, isResource); err == nil && len(found) > 0 {
			return found[0].Tags, nil
		}
	}
	return nil, fault.NotFound("Cannot find a backup vault or recovery point %s", resource)
}
