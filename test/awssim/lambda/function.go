package lambda

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/twohop/twohop/test/awssim/lambda/lineage"
	"github.com/twohop/twohop/test/awssim/lambda/variables"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Function is one Lambda function on the provided.al2023 runtime.
type Function struct {
	Name    string
	Account string // twelve digits
	Region  string

	Bootstrap   string // path of the executable
	Environment map[string]string
	RoleARN     string        // its session is the process's credentials
	Timeout     time.Duration // real time, at most 900 s; 0 means 3 s. AWS knows whole seconds only
	// DeadLetterARN is the queue for events of asynchronous invocations that failed;
	// empty: none. Who invokes asynchronously sees to it.
	DeadLetterARN string
	MemoryMB      int                   // 128 to 10240, told to the process, not enforced; 0 means 128
	RecursiveLoop lineage.RecursiveLoop // empty means Terminate
	// ReservedConcurrency is shown, not enforced; nil: none is reserved.
	ReservedConcurrency *int
}

// ARN is the function's unqualified ARN.
func (f Function) ARN() string {
	return fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", f.Region, f.Account, f.Name)
}

var (
	functionName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)
	accountID    = regexp.MustCompile(`^\d{12}$`)
	regionName   = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
	roleARN      = regexp.MustCompile(`^arn:aws:iam::(\d{12}):role/.+$`)
)

// CreateFunction declares a function and returns its ARN. No process starts
// before its first invocation. Errors are those of the CreateFunction API:
// InvalidParameterValueException, AccessDeniedException (the role is another
// account's), ResourceConflictException.
func (s *Service) CreateFunction(f Function) (string, error) {
	f.Environment = maps.Clone(f.Environment)
	if f.Timeout == 0 {
		f.Timeout = 3 * time.Second
	}
	if f.MemoryMB == 0 {
		f.MemoryMB = 128
	}
	f.RecursiveLoop = cmp.Or(f.RecursiveLoop, lineage.Terminate)
	if err := f.check(); err != nil {
		return "", err
	}
	if err := variables.Check(f.Environment); err != nil {
		return "", err
	}
	path, err := filepath.Abs(f.Bootstrap)
	if err != nil {
		return "", fmt.Errorf("resolve bootstrap: %w", err)
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return "", invalid(fmt.Sprintf("awssim: the bootstrap %s of function %s is not a file", path, f.Name))
	}
	f.Bootstrap = path

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return "", ErrClosed
	}
	if _, exists := s.functions[f.ARN()]; exists {
		return "", &wire.Error{Status: http.StatusConflict, Code: "ResourceConflictException",
			Message: "Function already exist: " + f.Name}
	}
	s.functions[f.ARN()] = &f
	return f.ARN(), nil
}

func (f Function) check() error {
	role := roleARN.FindStringSubmatch(f.RoleARN)
	switch {
	case !functionName.MatchString(f.Name):
		return invalid(fmt.Sprintf("%q is not a function name", f.Name))
	case !accountID.MatchString(f.Account):
		return invalid(fmt.Sprintf("%q is not an account id", f.Account))
	case !regionName.MatchString(f.Region):
		return invalid(fmt.Sprintf("%q is not a Region", f.Region))
	case f.Timeout < 0 || f.Timeout > 900*time.Second:
		return invalid(fmt.Sprintf("the timeout %s is not between 1 and 900 seconds", f.Timeout))
	case f.MemoryMB < 128 || f.MemoryMB > 10240:
		return invalid(fmt.Sprintf("'MemorySize' value failed to satisfy constraint: %d is not between 128 and 10240", f.MemoryMB))
	case role == nil:
		return invalid(fmt.Sprintf("%q is not the ARN of a role", f.RoleARN))
	case role[1] != f.Account:
		return &wire.Error{Status: http.StatusForbidden, Code: "AccessDeniedException",
			Message: "Cross-account pass role is not allowed."}
	}
	return f.RecursiveLoop.Check()
}
