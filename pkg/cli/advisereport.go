package cli

import (
	"time"

	"github.com/twohop/twohop/pkg/advise"
)

// The JSON object of advise. Sizes in bytes are 0 where AWS Backup tells none.
type (
	adviseReport struct {
		Estate    string           `json:"estate"`
		Resources []adviseResource `json:"resources"`
		Plans     []advisePlan     `json:"plans"`
	}
	adviseResource struct {
		Account  string    `json:"account"`
		Resource string    `json:"resource"`
		Type     string    `json:"type"`
		Needs    string    `json:"needs"` // single action, two hops, cannot be copied
		Why      string    `json:"why"`
		Tag      string    `json:"tag,omitempty"`  // that it has, of the estate's key
		Plan     string    `json:"plan,omitempty"` // that takes it by that tag
		Advised  string    `json:"advisedTag,omitempty"`
		For      string    `json:"advisedPlan,omitempty"`
		Lack     string    `json:"lack,omitempty"`
		Newest   time.Time `json:"newestBackup"`
		Bytes    int64     `json:"bytes"`
		CopiesIn []string  `json:"copiesIn"` // ARNs of vaults
	}
	advisePlan struct {
		Plan          string       `json:"plan"`
		Resources     int          `json:"resources"`
		Bytes         int64        `json:"bytes"` // of one point of each
		Unsized       int          `json:"unsized"`
		RunsADay      int          `json:"runsADay"`
		EveryDay      bool         `json:"everyDay"`
		AcrossAccount int          `json:"pointsAcrossAccountsARun"` // in the primary Region
		AcrossRegion  int          `json:"pointsAcrossRegionsARun"`
		Kept          []adviseKept `json:"kept"`
	}
	adviseKept struct {
		Vault          string  `json:"vault"`
		Region         string  `json:"region"`
		Days           int     `json:"days"`
		TrimmedTo      int     `json:"trimmedToDays,omitempty"`
		Points         int     `json:"points"`
		GigabyteMonths float64 `json:"gigabyteMonths"`
	}
)

func (a *advising) reported(all []advise.Resource) adviseReport {
	report := adviseReport{Estate: a.access.estate.Name, Resources: []adviseResource{}, Plans: []advisePlan{}}
	for _, r := range all {
		item := adviseResource{
			Account: r.Account, Resource: r.ARN, Type: r.Type, Needs: string(r.Advice.Way), Why: r.Advice.Why,
			Tag: r.Tag, Plan: r.Plan, Advised: r.Advice.Tag, For: r.Advice.Plan, Lack: r.Advice.Lack, Newest: r.Newest, Bytes: r.Bytes, CopiesIn: []string{},
		}
		for _, vault := range r.In {
			item.CopiesIn = append(item.CopiesIn, vault.ARN)
		}
		report.Resources = append(report.Resources, item)
	}
	for _, sum := range advise.Sums(a.access.estate, all) {
		plan := advisePlan{
			Plan: sum.Plan, Resources: sum.Resources, Bytes: sum.Bytes, Unsized: sum.Unsized, RunsADay: sum.Load.Runs, EveryDay: sum.Load.EveryDay,
			AcrossAccount: sum.Load.Account * sum.Resources, AcrossRegion: sum.Load.Region * sum.Resources,
		}
		for _, kept := range sum.Load.Kept {
			plan.Kept = append(plan.Kept, adviseKept{
				Vault: kept.Vault, Region: kept.Region, Days: kept.Days, TrimmedTo: kept.TrimmedTo,
				Points: kept.Points * sum.Resources, GigabyteMonths: sum.GigabyteMonths(kept),
			})
		}
		report.Plans = append(report.Plans, plan)
	}
	return report
}
