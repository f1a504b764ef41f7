package awsevent

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/twohop/twohop/pkg/hop"
)

// requestDetail is the detail of twohop's own messages.
type requestDetail struct {
	RecoveryPointARN    string     `json:"recoveryPointArn"`
	SourceVaultARN      hop.Vault  `json:"sourceBackupVaultArn"`
	DestinationVaultARN *hop.Vault `json:"destinationBackupVaultArn,omitempty"`
	ResourceType        string     `json:"resourceType,omitempty"`
	Bytes               int64      `json:"backupSizeInBytes,omitempty"`
	CopyARN             string     `json:"destinationRecoveryPointArn,omitempty"`
}

// EncodeRequest writes a request as Decode reads it.
func EncodeRequest(r hop.Request) (string, error) {
	detail := requestDetail{RecoveryPointARN: r.Point, SourceVaultARN: r.Source, ResourceType: r.ResourceType, Bytes: r.Bytes, CopyARN: r.Copy}
	if r.Destination.ARN != "" {
		detail.DestinationVaultARN = &r.Destination
	}
	raw, err := json.Marshal(detail)
	if err != nil {
		return "", fmt.Errorf("encode %s: %w", copyRequest, err)
	}
	body, err := json.Marshal(envelope{Source: sourceOwn, DetailType: copyRequest, Detail: raw})
	if err != nil {
		return "", fmt.Errorf("encode %s: %w", copyRequest, err)
	}
	return string(body), nil
}

func decodeRequest(raw json.RawMessage) (hop.Request, error) {
	var detail requestDetail
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&detail); err != nil {
		return hop.Request{}, fmt.Errorf("detail: %w", err)
	}
	if detail.RecoveryPointARN == "" {
		return hop.Request{}, fmt.Errorf("detail.recoveryPointArn is missing")
	}
	if detail.SourceVaultARN.ARN == "" {
		return hop.Request{}, fmt.Errorf("detail.sourceBackupVaultArn is missing")
	}
	request := hop.Request{Point: detail.RecoveryPointARN, Source: detail.SourceVaultARN, ResourceType: detail.ResourceType, Bytes: detail.Bytes, Copy: detail.CopyARN}
	if detail.DestinationVaultARN != nil {
		request.Destination = *detail.DestinationVaultARN
	}
	return request, nil
}
