package sqs

import (
	"github.com/twohop/twohop/test/awssim/wire"
)

type deleteInput struct {
	queueInput
	ReceiptHandle string
}

func (s *Service) deleteMessage(_ *wire.Request, queueARN string, in deleteInput) (nothing, error) {
	return nothing{}, s.Delete(queueARN, in.ReceiptHandle)
}

type deleteBatchInput struct {
	queueInput
	Entries []deleteEntry
}

type deleteEntry struct {
	batchID
	ReceiptHandle string
}

func (s *Service) deleteMessageBatch(_ *wire.Request, queueARN string, in deleteBatchInput) (batchAnswer[batchID], error) {
	if err := checkBatch("DeleteMessageBatchRequestEntry", in.Entries); err != nil {
		return batchAnswer[batchID]{}, err
	}
	return runBatch(s, queueARN, in.Entries, func(e deleteEntry) (batchID, error) {
		return e.batchID, s.Delete(queueARN, e.ReceiptHandle)
	})
}

type visibilityInput struct {
	queueInput
	ReceiptHandle     string
	VisibilityTimeout *int
}

func (s *Service) changeMessageVisibility(_ *wire.Request, queueARN string, in visibilityInput) (nothing, error) {
	return nothing{}, s.ChangeVisibility(queueARN, in.ReceiptHandle, in.VisibilityTimeout)
}

type visibilityBatchInput struct {
	queueInput
	Entries []visibilityEntry
}

type visibilityEntry struct {
	batchID
	ReceiptHandle     string
	VisibilityTimeout *int
}

func (s *Service) changeMessageVisibilityBatch(_ *wire.Request, queueARN string, in visibilityBatchInput) (batchAnswer[batchID], error) {
	if err := checkBatch("ChangeMessageVisibilityBatchRequestEntry", in.Entries); err != nil {
		return batchAnswer[batchID]{}, err
	}
	return runBatch(s, queueARN, in.Entries, func(e visibilityEntry) (batchID, error) {
		return e.batchID, s.ChangeVisibility(queueARN, e.ReceiptHandle, e.VisibilityTimeout)
	})
}
