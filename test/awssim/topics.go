package awssim

import (
	"errors"
	"fmt"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/kms"
	"github.com/twohop/twohop/test/awssim/sns"
	"github.com/twohop/twohop/test/awssim/wire"
)

// mayUseTopicKey judges what a service does with a topic's key for each message.
func (w *World) mayUseTopicKey(topic sns.Topic, by authz.Principal, context map[string][]string) error {
	return w.useTopicKey(topic, kms.Use{Principal: by, Context: context})
}

// mayPublish judges what SNS does with a topic's key in the name of a caller.
func (w *World) mayPublish(topic sns.Topic, caller wire.Caller) error {
	who, identity, refused := w.identify(caller)
	if refused != nil {
		return refused
	}
	return w.useTopicKey(topic, kms.Use{Principal: who, Identity: identity,
		Context: contextOf(caller.Region, map[string][]string{"kms:ViaService": {"sns." + topic.Region + ".amazonaws.com"}}),
	})
}

// useTopicKey: who publishes to an encrypted topic has the rights kms:GenerateDataKey
// and kms:Decrypt [SNS: key management]. Its errors are those of Publish, *wire.Error.
func (w *World) useTopicKey(topic sns.Topic, use kms.Use) error {
	use.KeyARN = fmt.Sprintf("arn:aws:kms:%s:%s:key/%s", topic.Region, topic.Account, topic.KeyID)
	for _, use.Action = range []string{"kms:Decrypt", "kms:GenerateDataKey"} {
		verdict, err := w.KMS.Authorize(use)
		if err != nil {
			return keyFault(err)
		}
		if verdict.Outcome != authz.Allowed {
			return &wire.Error{Code: "KMSAccessDenied", Message: verdict.Message()}
		}
	}
	return nil
}

// keyFault is an error of KMS as SNS shows it.
func keyFault(err error) error {
	for class, code := range map[error]string{
		kms.ErrNotFound: "KMSNotFound", kms.ErrDisabled: "KMSDisabled", kms.ErrPendingDeletion: "KMSInvalidState",
	} {
		if errors.Is(err, class) {
			return &wire.Error{Code: code, Message: err.Error()}
		}
	}
	return err
}
