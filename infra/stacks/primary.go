package stacks

import (
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
	"github.com/twohop/twohop/pkg/prerequisite"
)

// primary is the backup account in the primary Region: the intermediate vault,
// the way of the events, the functions, and what watches over them.
func (in Input) primary(scope constructs.Construct) *stack {
	e := in.Estate
	s := in.stack(scope, e.StackName(Primary), e.Accounts.Backup, e.Regions.Primary,
		"Intermediate vault and second hop of the estate "+e.Name)
	s.addTopic()
	for _, vault := range e.VaultsIn(estate.BackupAccount, s.region) {
		s.addVault(vault)
	}
	s.addSchedules()
	config := e.BackupPrerequisites()
	prerequisites := s.addPrerequisites(config, policy.BackupPrerequisites(e), prerequisite.OwnAccount)
	s.addDuties("AccountDuties", prerequisites, config, "", prerequisite.OwnAccount)
	// Points that it copied may expire by it, long after the stack is gone.
	retain(s.addRole("CopyRole", policy.Copy(e)))
	s.addRole("RestoreRole", policy.Restore(e))
	s.addFeeds()
	s.addBus()
	s.addStarter()
	s.addTracker()
	s.addReconciler()
	s.alarmDecisions()
	s.addDashboard()
	s.addOutputs()
	return s
}

// addOutputs tells what the next steps of a deployment need.
func (s *stack) addOutputs() {
	statements := policy.Document{Statement: policy.DatabaseKey(s.Estate)}
	text, err := json.Marshal(statements.Map()["Statement"])
	s.fault(err)
	awscdk.NewCfnOutput(s.scope, str("DatabaseKeyStatements"), &awscdk.CfnOutputProps{
		Value: str(string(text)), Description: str("Add these to the policy of each key that a tagged database or volume is encrypted with"),
	})
}
