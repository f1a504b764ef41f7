package copies

import (
	"encoding/json"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
)

// tokenKey is an idempotency token where it was used.
type tokenKey struct {
	arn.Place
	token string
}

// remembered is what an idempotency token stands for.
type remembered struct {
	job     *job
	request string
	until   time.Time
}

// recall returns the job of a repeated request, if it is one: "Retrying a
// successful request with the same idempotency token results in a success
// message with no action taken" [API: StartCopyJob]. That it is the first job's
// answer, and that another request under the same token is refused, is how AWS's
// idempotent APIs do it in general; AWS Backup's own word is missing.
func (s *Jobs) recall(from arn.Place, in StartInput) (*job, bool, error) {
	key := tokenKey{from, in.IdempotencyToken}
	old, ok := s.tokens[key]
	if !ok {
		return nil, false, nil
	}
	if s.config.TokenMemory <= 0 || !s.now().Before(old.until) {
		delete(s.tokens, key)
		return nil, false, nil
	}
	if old.request != in.fingerprint() {
		return nil, false, fault.InvalidValue("Idempotency token %q was used with different parameters", in.IdempotencyToken)
	}
	return old.job, true, nil
}

func (s *Jobs) remember(from arn.Place, in StartInput, j *job) {
	if in.IdempotencyToken != "" && s.config.TokenMemory > 0 {
		s.tokens[tokenKey{from, in.IdempotencyToken}] = remembered{
			job: j, request: in.fingerprint(), until: s.now().Add(s.config.TokenMemory),
		}
	}
}

// fingerprint is the same for the same request.
func (in StartInput) fingerprint() string {
	text, _ := json.Marshal(in) // strings and numbers: cannot fail
	return string(text)
}
