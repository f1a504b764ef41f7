package hop

import (
	"errors"
	"fmt"
)

// Class is the kind of a failure, as far as it decides what to do next.
type Class string

// The first nine cannot be mended by repeating the copy: something in an account
// has to change first.
const (
	ClassKey          Class = "Key"          // a KMS key policy, or a key that is gone
	ClassVaultPolicy  Class = "VaultPolicy"  // the destination vault does not admit the copy
	ClassRetention    Class = "Retention"    // the destination vault's lock does not take the copy's retention
	ClassOrganization Class = "Organization" // cross-account copy is off, or not one organization
	ClassOptIn        Class = "OptIn"        // the service is not opted in for AWS Backup
	ClassRole         Class = "Role"         // an IAM role lacks rights or does not exist
	ClassOptionGroup  Class = "OptionGroup"  // the destination has no option group with the snapshot's persistent options
	ClassUnsupported  Class = "Unsupported"  // AWS Backup does not make this copy
	ClassQuota        Class = "Quota"        // a quota of AWS is used up that has to be raised

	ClassLimit     Class = "Limit"     // too many copies or jobs are in progress; waiting mends it
	ClassTransient Class = "Transient" // throttling, 5xx, timeouts; repeating mends it
	ClassUnknown   Class = "Unknown"   // a text nobody has classified; repeated, then rejected

	ClassMalformed Class = "Malformed" // the message itself cannot be read
	ClassGone      Class = "Gone"      // the source recovery point is no longer there to copy
	ClassWrong     Class = "Wrong"     // a copy is there and not what was asked for
	// ClassUnderprotected is of copies that exist and are complete, but not under the key
	// of their vault. They are reported as findings and never rejected.
	ClassUnderprotected Class = "Underprotected"
	ClassUntold         Class = "Untold" // whether a copy was made is not told
)

// Classes are all classes.
var Classes = []Class{
	ClassKey, ClassVaultPolicy, ClassRetention, ClassOrganization, ClassOptIn, ClassRole, ClassOptionGroup, ClassUnsupported, ClassQuota,
	ClassLimit, ClassTransient, ClassUnknown, ClassMalformed, ClassGone, ClassWrong, ClassUnderprotected, ClassUntold,
}

// Permanent reports whether repeating cannot mend the failure.
func (c Class) Permanent() bool {
	switch c {
	case ClassKey, ClassVaultPolicy, ClassRetention, ClassOrganization, ClassOptIn, ClassRole, ClassOptionGroup,
		ClassUnsupported, ClassQuota, ClassMalformed, ClassGone, ClassWrong, ClassUnderprotected, ClassUntold:
		return true
	case ClassLimit, ClassTransient, ClassUnknown:
		return false
	}
	return false // as Unknown: repeated a bounded number of times, then shown to a person
}

// ErrNotFound says that a recovery point or a vault does not exist.
var ErrNotFound = errors.New("not found")

// Failure is an answer of AWS that refuses a call, classified.
type Failure struct {
	Class   Class
	Code    string // AWS error code, or the kind of a network error
	Message string // AWS's own words, whole
}

// Error is "code: message".
func (f *Failure) Error() string { return fmt.Sprintf("%s: %s", f.Code, f.Message) }
