package cloudformation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// ResponsePath begins the paths to which functions put their answers: a bucket of
// CloudFormation's, at URLs that are signed beforehand.
const ResponsePath = "/cloudformation-custom-resource-response/"

// mostBytes of an answer [CloudFormation: custom resource response objects].
const mostBytes = 4096

// mostPhysicalID bytes of a physical id [same page].
const mostPhysicalID = 1024

func responsePath(r request) string { return ResponsePath + r.RequestID }

// await returns where the answer to a request arrives. A later one replaces one
// that nobody has read, as objects in a bucket do.
func (s *Service) await(r request) <-chan []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	answers := make(chan []byte, 1)
	s.answers[responsePath(r)] = answers
	return answers
}

func (s *Service) forget(r request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.answers, responsePath(r))
}

// Responses takes the answers. Like S3 it refuses what the URL was not signed
// for: other methods, and a Content-Type.
func (s *Service) Responses() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		answers, awaited := s.answers[r.URL.Path]
		s.mu.Unlock()
		switch {
		case r.Method != http.MethodPut || r.Header.Get("Content-Type") != "":
			http.Error(w, "<Error><Code>SignatureDoesNotMatch</Code></Error>", http.StatusForbidden)
			return
		case !awaited || !r.URL.Query().Has("X-Amz-Signature"):
			http.Error(w, "<Error><Code>AccessDenied</Code></Error>", http.StatusForbidden)
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			http.Error(w, "<Error><Code>IncompleteBody</Code></Error>", http.StatusBadRequest)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		select {
		case <-answers:
		default:
		}
		answers <- body
	})
}

type response struct {
	Status             string
	Reason             string
	PhysicalResourceID string `json:"PhysicalResourceId"`
	StackID            string `json:"StackId"`
	RequestID          string `json:"RequestId"`
	LogicalResourceID  string `json:"LogicalResourceId"`
	NoEcho             bool
	Data               map[string]any
}

// parse reads an answer as CloudFormation does. The error names everything for
// which it would not be taken.
func parse(sent request, body []byte) (Answer, error) {
	if len(body) > mostBytes {
		return Answer{}, fmt.Errorf("the answer has %d bytes; CloudFormation takes %d", len(body), mostBytes)
	}
	var got response
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&got); err != nil {
		return Answer{}, fmt.Errorf("read the answer %s: %w", strings.TrimSpace(string(body)), err)
	}
	var faults []error
	fault := func(wrong bool, format string, args ...any) {
		if wrong {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	fault(got.Status != "SUCCESS" && got.Status != "FAILED", "Status is %q", got.Status)
	fault(got.Status == "FAILED" && got.Reason == "", "Reason is missing")
	fault(got.PhysicalResourceID == "" || len(got.PhysicalResourceID) > mostPhysicalID, "PhysicalResourceId has %d bytes", len(got.PhysicalResourceID))
	fault(got.StackID != sent.StackID, "StackId is %q", got.StackID)
	fault(got.RequestID != sent.RequestID, "RequestId is %q", got.RequestID)
	fault(got.LogicalResourceID != sent.LogicalResourceID, "LogicalResourceId is %q", got.LogicalResourceID)
	if len(faults) > 0 {
		return Answer{}, fmt.Errorf("CloudFormation would not take the answer: %w", errors.Join(faults...))
	}
	return Answer{Status: got.Status, Reason: got.Reason, PhysicalID: got.PhysicalResourceID, Data: got.Data}, nil
}
