package sqsevent

import (
	"bytes"
	"encoding/json"
)

// Succeeded returns the messages that are done with, given the answer of a
// function that reports batch item failures. All are when the answer is empty,
// null, or has no batchItemFailures; none is when the answer is not valid JSON
// for the purpose, or names a message that the batch does not have
// [Lambda: services-sqs-errorhandling].
func Succeeded(messages []Message, answer []byte) []Message {
	failed, ok := failedItems(answer)
	if !ok {
		return nil
	}
	var done []Message
	for _, m := range messages {
		if failed[m.ID] {
			delete(failed, m.ID)
			continue
		}
		done = append(done, m)
	}
	if len(failed) > 0 {
		return nil
	}
	return done
}

// failedItems reads {"batchItemFailures":[{"itemIdentifier":id}]}; false for
// what Lambda takes for the failure of the whole batch. Keys are compared
// exactly, which decoding into a struct would not do.
func failedItems(answer []byte) (map[string]bool, bool) {
	if len(bytes.TrimSpace(answer)) == 0 {
		return nil, true
	}
	var response map[string]json.RawMessage
	if err := json.Unmarshal(answer, &response); err != nil {
		return nil, false
	}
	list, ok := response["batchItemFailures"]
	if !ok {
		return nil, true
	}
	var items []map[string]any
	if err := json.Unmarshal(list, &items); err != nil {
		return nil, false
	}
	failed := map[string]bool{}
	for _, item := range items {
		id, ok := item["itemIdentifier"].(string)
		if !ok || id == "" {
			return nil, false
		}
		failed[id] = true
	}
	return failed, true
}
