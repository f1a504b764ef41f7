package e2e

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	awskms "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/stage"
)

// restoring are the commands of scripts about restores.
func (s *script) restoring() map[string]scriptCommand {
	return map[string]scriptCommand{
		"own":     {"TYPE NAME PLAN [ACCOUNT]: have a resource with the tag of a plan", s.own},
		"retag":   {"NAME VALUE: give a resource another value of the estate's tag", s.retag},
		"untag":   {"[NAME]: no further night for what there is, or for one of it", s.untag},
		"lose":    {"VAULT REGION [ACCOUNT]: every point in a vault, until no list shows one any more", s.lose},
		"lock-up": {"VAULT REGION: have the vault's key admit its own account alone", s.lockUp},
		"unlock":  {"VAULT REGION: take lock-up back", s.unlock},
		"holds":   {"N VAULT REGION [ACCOUNT]: so many points are in a vault", s.holds},
		"jobs":    {"file: write down the copy jobs of the backup account, without their states", s.jobs},
		"started": {"N file: so many copies were started since file was written by jobs, none to a final vault", s.started},
		"until":   {"N VAULT REGION [ACCOUNT]: let time pass, in steps, until so many points are in a vault", s.until},
		"ended":   {"N: let time pass, in steps, until so many copies to local vaults have ended", s.ended},
		"since-october-2025": {": have AWS Backup copy databases in one action where it does since then", func(*testscript.TestScript, []string) error {
			s.World.Backup.Configure(func(c *backup.Config) { c.SingleAction = copies.SinceOctober2025 })
			return nil
		}},
		"restores": {"TYPE NAME VAULT REGION: do what stdout says, as credentials of the vault's account would", s.doRestore},
		"append":   {"file TEXT", appendTo},
	}
}

func (s *script) vaultOf(args []string) hop.Vault {
	account := stage.Backup
	if args[0] == "local" {
		account = stage.Member
	}
	if len(args) > 2 {
		account = args[2]
	}
	return s.Vault(account, args[1], args[0])
}

func (s *script) own(_ *testscript.TestScript, args []string) error {
	r := stage.Resource{Type: args[0], Name: args[1], Plan: args[2], Bytes: 10 << 30}
	if len(args) > 3 {
		r.Account = args[3]
	}
	r, err := s.Add(r)
	s.owned = append(s.owned, r)
	return err
}

func (s *script) retag(_ *testscript.TestScript, args []string) error {
	for _, r := range s.owned {
		if r.Name == args[0] {
			return s.World.Backup.Resources.SetTags(r.ARN, map[string]string{"backup": args[1]})
		}
	}
	return fmt.Errorf("there is no %s", args[0])
}

func (s *script) untag(_ *testscript.TestScript, args []string) error {
	for _, r := range s.owned {
		if len(args) > 0 && r.Name != args[0] {
			continue
		}
		if err := s.Untag(r); err != nil {
			return err
		}
	}
	return nil
}

// lose deletes points as a person does who takes the vault's policy away first.
func (s *script) lose(_ *testscript.TestScript, args []string) error {
	vault := s.vaultOf(args)
	policy, had := s.World.Backup.VaultPolicy(vault.ARN)
	if !had {
		return fmt.Errorf("%s has no policy to be put back", vault.Name)
	}
	if err := s.World.Backup.PutVaultPolicy(vault.ARN, `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":"*","Action":"backup:CopyIntoBackupVault","Resource":"*"}]}`); err != nil {
		return err
	}
	client := awsbackup.NewFromConfig(s.Client(vault.Account, vault.Region))
	for _, point := range s.World.Backup.RecoveryPoints(vault.ARN) {
		if _, err := client.DeleteRecoveryPoint(s.t.Context(), &awsbackup.DeleteRecoveryPointInput{
			BackupVaultName: &vault.Name, RecoveryPointArn: &point.RecoveryPointArn,
		}); err != nil {
			return err
		}
	}
	if err := s.World.Backup.PutVaultPolicy(vault.ARN, policy); err != nil {
		return err
	}
	return s.World.Clock.Advance(s.t.Context(), lag.Usual().Longest())
}

// lockUp gives the key of a vault the policy that a key has by default.
func (s *script) lockUp(ts *testscript.TestScript, args []string) error {
	vault := s.vaultOf(args)
	client, key := awskms.NewFromConfig(s.Client(vault.Account, vault.Region)), s.keyOf(vault)
	was, err := client.GetKeyPolicy(s.t.Context(), &awskms.GetKeyPolicyInput{KeyId: &key})
	if err != nil {
		return err
	}
	closed, err := s.KeyPolicy(vault.Account, false)
	if err != nil {
		return err
	}
	if err := os.WriteFile(ts.MkAbs("key-policy"), []byte(*was.Policy), 0o600); err != nil {
		return err
	}
	return s.putKeyPolicy(vault, closed)
}

func (s *script) unlock(ts *testscript.TestScript, args []string) error {
	return s.putKeyPolicy(s.vaultOf(args), ts.ReadFile("key-policy"))
}

func (s *script) putKeyPolicy(vault hop.Vault, policy string) error {
	_, err := awskms.NewFromConfig(s.Client(vault.Account, vault.Region)).PutKeyPolicy(s.t.Context(),
		&awskms.PutKeyPolicyInput{KeyId: aws.String(s.keyOf(vault)), Policy: &policy})
	return err
}

func (s *script) holds(_ *testscript.TestScript, args []string) error {
	if n := len(s.World.Backup.RecoveryPoints(s.vaultOf(args[1:]).ARN)); strconv.Itoa(n) != args[0] {
		return fmt.Errorf("there are %d", n)
	}
	return nil
}

// jobs writes down which copies were ever started, one to a line.
func (s *script) jobs(ts *testscript.TestScript, args []string) error {
	return os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(s.everStarted(), "\n")+"\n"), 0o600)
}

func (s *script) everStarted() []string {
	var lines []string
	for _, region := range []string{stage.Primary, stage.Secondary, stage.Third} {
		for _, job := range s.World.Backup.CopyJobs(stage.Backup, region) {
			lines = append(lines, job.CopyJobID+" "+job.SourceRecoveryPointArn+" "+job.DestinationBackupVaultArn)
		}
	}
	slices.Sort(lines)
	return lines
}

func (s *script) started(ts *testscript.TestScript, args []string) error {
	before, n := ts.ReadFile(args[1]), 0
	for _, line := range s.everStarted() {
		switch {
		case strings.Contains(before, line):
		case strings.HasSuffix(line, "-final"):
			return fmt.Errorf("a second hop was started: %s", line)
		default:
			n++
		}
	}
	if strconv.Itoa(n) != args[0] {
		return fmt.Errorf("%d were started", n)
	}
	return nil
}

// until leaves a command that waits in the background the real time to look.
func (s *script) until(_ *testscript.TestScript, args []string) error {
	for range 200 {
		if s.holds(nil, args) == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
		if err := s.World.Clock.Advance(s.t.Context(), 5*time.Minute); err != nil {
			return err
		}
	}
	return s.holds(nil, args)
}

func (s *script) ended(_ *testscript.TestScript, args []string) error {
	n := 0
	for range 200 {
		n = 0
		for _, job := range s.hopTwos() {
			if strings.HasSuffix(job.DestinationBackupVaultArn, "-local") && !job.CompletionDate.IsZero() {
				n++
			}
		}
		if strconv.Itoa(n) == args[0] {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
		if err := s.World.Clock.Advance(s.t.Context(), 5*time.Minute); err != nil {
			return err
		}
	}
	return fmt.Errorf("there are %d", n)
}

var startRestore = regexp.MustCompile(`start-restore-job --region (\S+) --recovery-point-arn (\S+) --iam-role-arn (\S+) `)

// doRestore starts the restore job of the last command that was printed.
func (s *script) doRestore(ts *testscript.TestScript, args []string) error {
	vault := s.vaultOf(args[2:])
	said := startRestore.FindAllStringSubmatch(ts.ReadFile("stdout"), -1)
	if len(said) == 0 {
		return errors.New("it does not say how")
	}
	last := said[len(said)-1]
	if role := s.Role(vault.Account, restoreRoles[vault.Account]); last[1] != vault.Region || last[3] != role {
		return fmt.Errorf("it says %s and %s, not %s and %s", last[1], last[3], vault.Region, role)
	}
	job, err := s.tryToRestore(vault, last[2], metadata(stage.Resource{Type: args[0], Name: args[1]}, vault.Region, ""))
	if err != nil {
		return err
	}
	if job.Status != "COMPLETED" {
		return fmt.Errorf("the restore job is %s: %s", job.Status, job.StatusMessage)
	}
	return nil
}

func appendTo(ts *testscript.TestScript, args []string) error {
	return os.WriteFile(ts.MkAbs(args[0]), []byte(ts.ReadFile(args[0])+args[1]+"\n"), 0o600)
}
