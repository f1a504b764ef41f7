// Package tagging is the local Resource Groups Tagging API, as far as somebody looks for
// what carries a tag. Untagged resources, which AWS shows where they once had a tag, are
// left out.
package tagging

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Source has resources with their tags.
type Source interface {
	In(p arn.Place) []resources.Resource
}

// Handler is the service on the wire, for the signing name "tagging". The Go SDK speaks CBOR
// with it (resourcegroupstaggingapi from v1.42.0), the AWS CLI and boto3 may speak JSON.
func Handler(sources ...Source) wire.Handler {
	s := service{sources}
	return wire.NewRPC("1.1", "ResourceGroupsTaggingAPI_20170126", map[string]wire.Op{
		"GetResources": wire.Takes(wire.NewOp(s.getResources), func(_ *wire.Request, action string, _ input) []wire.Need {
			return []wire.Need{{Action: "tag:" + action, Resource: "*"}}
		}),
	})
}

type service struct{ sources []Source }

type filter struct {
	Key    string
	Values []string
}

type input struct {
	TagFilters          []filter
	ResourceTypeFilters []string // a service, or one with a type, such as rds:db
	ResourcesPerPage    *int
	PaginationToken     string
}

type tag struct{ Key, Value string }

type mapping struct {
	ResourceARN string
	Tags        []tag
}

type output struct {
	PaginationToken        string // empty on the last page
	ResourceTagMappingList []mapping
}

// most resources of an answer [API: GetResources].
const most = 100

func (s service) getResources(r *wire.Request, in input) (output, error) {
	size := most
	if in.ResourcesPerPage != nil {
		size = *in.ResourcesPerPage
	}
	after, err := base64.URLEncoding.DecodeString(in.PaginationToken)
	if err != nil || size < 1 || size > most {
		return output{}, &wire.Error{Code: "InvalidParameterException", Message: fmt.Sprintf("PaginationToken %q, ResourcesPerPage %d", in.PaginationToken, size)}
	}
	found := map[string]mapping{}
	for _, source := range s.sources {
		for _, resource := range source.In(arn.Place{Account: r.Account, Region: r.Region}) {
			if len(resource.Tags) > 0 && in.wants(resource.Tags) && in.wantsType(resource.ARN) {
				found[resource.ARN] = shown(resource)
			}
		}
	}
	out := output{ResourceTagMappingList: []mapping{}}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		switch {
		case name <= string(after):
		case len(out.ResourceTagMappingList) == size:
			out.PaginationToken = base64.URLEncoding.EncodeToString([]byte(out.ResourceTagMappingList[size-1].ResourceARN))
			return out, nil
		default:
			out.ResourceTagMappingList = append(out.ResourceTagMappingList, found[name])
		}
	}
	return out, nil
}

// wants: all filters hold; one without values is about the key alone.
func (in input) wants(tags map[string]string) bool {
	for _, f := range in.TagFilters {
		value, ok := tags[f.Key]
		if !ok || len(f.Values) > 0 && !slices.Contains(f.Values, value) {
			return false
		}
	}
	return true
}

// wantsType: one of the filters names the resource's service and type; without filters all are
// wanted.
func (in input) wantsType(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return len(in.ResourceTypeFilters) == 0
	}
	kind, _, _ := strings.Cut(strings.ReplaceAll(parts[5], "/", ":"), ":")
	return len(in.ResourceTypeFilters) == 0 || slices.Contains(in.ResourceTypeFilters, parts[2]) || slices.Contains(in.ResourceTypeFilters, parts[2]+":"+kind)
}

func shown(r resources.Resource) mapping {
	m := mapping{ResourceARN: r.ARN}
	for key, value := range r.Tags {
		m.Tags = append(m.Tags, tag{key, value})
	}
	slices.SortFunc(m.Tags, func(a, b tag) int { return strings.Compare(a.Key, b.Key) })
	return m
}
