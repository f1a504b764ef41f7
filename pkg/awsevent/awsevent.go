// Package awsevent reads the messages of the queue `copies`: EventBridge events
// of AWS Backup, and the requests that twohop sends to itself in the same
// envelope.
package awsevent

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

// Detail-types that Decode reads; every other one is foreign.
const (
	copyJobStateChange = "Copy Job State Change" // of source aws.backup
	copyRequest        = "Copy Request"          // of source twohop
)

const (
	sourceBackup = "aws.backup"
	sourceOwn    = "twohop"
)

// envelope is the part of an EventBridge event that is read
// [EventBridge: event structure].
type envelope struct {
	Source     string          `json:"source"`
	DetailType string          `json:"detail-type"`
	Resources  []string        `json:"resources,omitempty"`
	Detail     json.RawMessage `json:"detail"`
}

// Decode reads one message body. An event of another source or detail-type is a
// Notice with Foreign set; a body that is no event, or a known event that breaks
// its documented form, is an error that says where.
func Decode(body []byte) (hop.Notice, error) {
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return hop.Notice{}, fmt.Errorf("read event: %w", err)
	}
	if e.DetailType == "" {
		return hop.Notice{}, fmt.Errorf(`read event: "detail-type" is missing; an EventBridge event was expected`)
	}
	switch {
	case e.Source == sourceBackup && e.DetailType == copyJobStateChange:
		event, err := decodeCopyJob(e)
		if err != nil {
			return hop.Notice{}, fmt.Errorf("read %s: %w", copyJobStateChange, err)
		}
		return hop.Notice{CopyJob: &event}, nil
	case e.Source == sourceOwn && e.DetailType == copyRequest:
		request, err := decodeRequest(e.Detail)
		if err != nil {
			return hop.Notice{}, fmt.Errorf("read %s: %w", copyRequest, err)
		}
		return hop.Notice{Request: &request}, nil
	default:
		return hop.Notice{Foreign: e.Source + " " + e.DetailType}, nil
	}
}

// copyJobDetail is the detail of a Copy Job State Change event
// [AWS Backup: eventbridge]. Fields that a state leaves out stay empty.
type copyJobDetail struct {
	CopyJobID            string       `json:"copyJobId"`
	State                string       `json:"state"`
	StatusMessage        string       `json:"statusMessage"`
	SourceBackupVaultARN string       `json:"sourceBackupVaultArn"`
	DestinationVaultARN  string       `json:"destinationBackupVaultArn"`
	DestinationPointARN  stringOrNone `json:"destinationRecoveryPointArn"`
	ResourceARN          string       `json:"resourceArn"`
	ResourceType         string       `json:"resourceType"`
	Bytes                size         `json:"backupSizeInBytes"`
}

func decodeCopyJob(e envelope) (hop.CopyJobEvent, error) {
	var detail copyJobDetail
	if err := json.Unmarshal(e.Detail, &detail); err != nil {
		return hop.CopyJobEvent{}, fmt.Errorf("detail: %w", err)
	}
	source, err := hop.ParseVault(detail.SourceBackupVaultARN)
	if err != nil {
		return hop.CopyJobEvent{}, fmt.Errorf("detail.sourceBackupVaultArn: %w", err)
	}
	destination, err := hop.ParseVault(detail.DestinationVaultARN)
	if err != nil {
		return hop.CopyJobEvent{}, fmt.Errorf("detail.destinationBackupVaultArn: %w", err)
	}
	event := hop.CopyJobEvent{
		State:        hop.State(detail.State),
		Source:       sourcePoint(e.Resources),
		JobID:        detail.CopyJobID,
		SourceVault:  source,
		Destination:  destination,
		Copy:         string(detail.DestinationPointARN),
		ResourceARN:  detail.ResourceARN,
		ResourceType: detail.ResourceType,
		Message:      detail.StatusMessage,
		Class:        diagnose.Text(detail.StatusMessage).Class,
		Bytes:        int64(detail.Bytes),
	}
	return event, nil
}

// sourcePoint is the source recovery point, which an event names only in its resources
// [AWS Backup: eventbridge]; "" where they do not name exactly one. A completed first hop
// can do without; of a second hop package hop refuses an event that does not say which
// recovery point it is about.
func sourcePoint(resources []string) string {
	if len(resources) != 1 {
		return ""
	}
	return resources[0]
}

// size is a number of bytes, which some events write as a string [AWS Backup: eventbridge].
// A size only shapes a delay, so that one that cannot be read is 0.
type size int64

func (s *size) UnmarshalJSON(data []byte) error {
	n, err := strconv.ParseInt(string(bytes.Trim(data, `"`)), 10, 64)
	if err != nil || n < 0 {
		n = 0
	}
	*s = size(n)
	return nil
}

// stringOrNone is a string that AWS writes as an empty object where it has none.
type stringOrNone string

func (s *stringOrNone) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("{")) {
		var none struct{}
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&none); err != nil {
			return fmt.Errorf("neither a string nor {}: %w", err)
		}
		*s = ""
		return nil
	}
	return json.Unmarshal(data, (*string)(s))
}
