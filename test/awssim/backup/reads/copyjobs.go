package reads

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/wire"
)

type describeCopyJobInput struct {
	CopyJobID string `path:"copyJobId"`
}

type describeCopyJobOutput struct{ CopyJob copies.CopyJob }

// describeCopyJob lags as the list does: AWS promises for neither that a job that was just
// started, or its new state, is shown at once.
func (s *Reads) describeCopyJob(r *wire.Request, in describeCopyJobInput) (describeCopyJobOutput, error) {
	reader := s.reader()
	found := s.Copies.List(home(r), func(j *copies.CopyJob) bool { return j.CopyJobID == in.CopyJobID })
	for _, j := range found {
		if shown, ok := reader.shown(&j); ok {
			return describeCopyJobOutput{*shown}, nil
		}
	}
	return describeCopyJobOutput{}, fault.NotFound("Copy job %s cannot be found", in.CopyJobID)
}

type listCopyJobsInput struct {
	NextToken                string     `query:"nextToken"`
	MaxResults               string     `query:"maxResults"`
	ByResourceArn            string     `query:"resourceArn"`
	ByState                  string     `query:"state"`
	ByCreatedBefore          wire.Epoch `query:"createdBefore"`
	ByCreatedAfter           wire.Epoch `query:"createdAfter"`
	ByResourceType           string     `query:"resourceType"`
	ByDestinationVaultArn    string     `query:"destinationVaultArn"`
	ByAccountID              string     `query:"accountId"`
	ByCompleteBefore         wire.Epoch `query:"completeBefore"`
	ByCompleteAfter          wire.Epoch `query:"completeAfter"`
	ByParentJobID            string     `query:"parentJobId"`
	ByMessageCategory        string     `query:"messageCategory"`
	BySourceRecoveryPointArn string     `query:"sourceRecoveryPointArn"`
}

// listStates are the values of the filter by state: the API's list, without
// ABORTED, and ANY.
var listStates = []string{"", "ANY", copies.Created, copies.Running, copies.Completed, copies.Failed, copies.Partial}

func (in listCopyJobsInput) validate() error {
	if !slices.Contains(listStates, in.ByState) {
		return fault.InvalidValue("Invalid copy job state: %q", in.ByState)
	}
	if err := listing.CheckAccount(in.ByAccountID); err != nil {
		return err
	}
	return listing.CheckType(in.ByResourceType)
}

// matches applies the filters that are given. No job here is part of a composite
// one, so none has a parent.
func (in listCopyJobsInput) matches(j *copies.CopyJob) bool {
	return listing.Same(in.ByResourceArn, j.ResourceArn) &&
		(in.ByState == "ANY" || listing.Same(in.ByState, j.State)) &&
		listing.Within(j.CreationDate, in.ByCreatedAfter, in.ByCreatedBefore) &&
		listing.Same(in.ByResourceType, j.ResourceType) &&
		listing.Same(in.ByDestinationVaultArn, j.DestinationBackupVaultArn) &&
		listing.Same(in.ByAccountID, j.AccountID) &&
		listing.Within(j.CompletionDate, in.ByCompleteAfter, in.ByCompleteBefore) &&
		in.ByParentJobID == "" &&
		in.inCategory(j) &&
		listing.Same(in.BySourceRecoveryPointArn, j.SourceRecoveryPointArn)
}

func (in listCopyJobsInput) inCategory(j *copies.CopyJob) bool {
	switch in.ByMessageCategory {
	case "", "ANY", "AGGREGATE_ALL":
		return true
	default:
		return strings.EqualFold(in.ByMessageCategory, j.MessageCategory)
	}
}

type listCopyJobsOutput struct {
	CopyJobs  []copies.CopyJob
	NextToken string `json:",omitempty"`
}

// listCopyJobs lists the jobs started in the caller's account and Region, newest
// first.
func (s *Reads) listCopyJobs(r *wire.Request, in listCopyJobsInput) (listCopyJobsOutput, error) {
	if err := in.validate(); err != nil {
		return listCopyJobsOutput{}, err
	}
	newest := func(j copies.CopyJob) string { return fmt.Sprintf("%019d", math.MaxInt64-j.Number) }
	last, size, err := listing.Cursor(in.NextToken, in.MaxResults)
	if err != nil {
		return listCopyJobsOutput{}, err
	}
	reader := s.reader()
	matches := func(j *copies.CopyJob) bool {
		shown, ok := reader.shown(j)
		return ok && in.matches(shown)
	}
	beyond := func(j *copies.CopyJob) bool { return newest(*j) > last }
	found := s.Copies.Next(home(r), matches, beyond, size+1)
	for i := range found {
		shown, _ := reader.shown(&found[i])
		found[i] = *shown
	}
	found, next, err := listing.Page(found, newest, in.NextToken, in.MaxResults)
	return listCopyJobsOutput{found, next}, err
}
