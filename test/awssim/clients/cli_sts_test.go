package clients_test

import (
	"time"

	"github.com/stretchr/testify/assert"
)

func stsByCLI(s shell) {
	s.prints(`{"UserId": "111111111111", "Account": "111111111111", "Arn": "arn:aws:iam::111111111111:root"}`,
		"sts get-caller-identity")

	session := read[struct {
		Credentials struct {
			AccessKeyID, SecretAccessKey, SessionToken string
			Expiration                                 time.Time
		}
		AssumedRoleUser struct{ AssumedRoleID, Arn string }
	}](s.as(s.administrator()), "sts assume-role --role-arn arn:aws:iam::222222222222:role/TwohopReader --role-session-name night --duration-seconds 900")
	assert.Equal(s.t, "arn:aws:sts::222222222222:assumed-role/TwohopReader/night", session.AssumedRoleUser.Arn)
	assert.NotEmpty(s.t, session.Credentials.SessionToken)
	assert.WithinRange(s.t, session.Credentials.Expiration, time.Now(), time.Now().Add(15*time.Minute))

	there := s.with(map[string]string{
		"AWS_ACCESS_KEY_ID":     session.Credentials.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY": session.Credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN":     session.Credentials.SessionToken,
	})
	who := read[struct{ Account, Arn string }](there, "sts get-caller-identity")
	assert.Equal(s.t, "222222222222", who.Account)
	assert.Equal(s.t, session.AssumedRoleUser.Arn, who.Arn)

	s.refused("AccessDenied", "AssumeRole", "sts assume-role --role-session-name night --role-arn", reader)
	s.as(s.administrator()).refused("ValidationError", "AssumeRole", "sts assume-role --role-arn the-role-of-who-reads --role-session-name night")
	s.as("nobody").refused("InvalidClientTokenId", "GetCallerIdentity", "sts get-caller-identity")
}
