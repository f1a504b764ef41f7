package scheduler

// Metrics count what became of the invocations of a group, since it was made, by the
// names of CloudWatch [EventBridge Scheduler user guide: monitoring with CloudWatch].
type Metrics struct {
	InvocationAttemptCount int // retries included
	TargetErrorCount       int // attempts that the target refused
	// InvocationDroppedCount is of invocations that are given up, whether or not a
	// dead-letter queue takes them.
	InvocationDroppedCount                     int
	InvocationsSentToDeadLetterCount           int
	InvocationsFailedToBeSentToDeadLetterCount int
}

// Metrics of a group; zeros where there is no such group. An empty name is the
// default group.
func (s *Service) Metrics(account, region, name string) Metrics {
	if name == "" {
		name = DefaultGroup
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.group(groupKey{account, region, name}); g != nil {
		return g.metrics
	}
	return Metrics{}
}

// HasGroup reports whether there is such a schedule group.
func (s *Service) HasGroup(account, region, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.group(groupKey{account, region, name}) != nil
}

// count adds one to a metric of the group, which is the one of this name.
func (s *Service) count(g *group, name string, metric *int) {
	s.mu.Lock()
	*metric++
	s.mu.Unlock()
	if s.config.Count != nil {
		s.config.Count(g.key.account, g.key.region, g.key.name, name)
	}
}
