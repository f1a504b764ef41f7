package lambda

import "github.com/twohop/twohop/test/awssim/lambda/lineage"

// SetRecursiveLoop changes a function's setting, which holds from its next batch on.
// Errors: ResourceNotFoundException, InvalidParameterValueException.
func (s *Service) SetRecursiveLoop(functionARN string, setting lineage.RecursiveLoop) error {
	if err := setting.Check(); err != nil {
		return err
	}
	return s.ChangeFunction(functionARN, func(f *Function) { f.RecursiveLoop = setting })
}

// ChangeFunction changes a function's configuration, which holds for environments that start
// from then on; ResourceNotFoundException.
func (s *Service) ChangeFunction(functionARN string, change func(*Function)) error {
	f, err := s.Function(functionARN)
	if err != nil {
		return err
	}
	change(&f)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.functions[functionARN] = &f
	return nil
}

// detect takes out of a batch what would continue a chain of requests that has ended.
// These messages were received and are not handled: they come back after their visibility
// timeout until the redrive policy moves them. The error says that there were some.
func (m *mapping) detect(messages []Message) (lineage.Batch, error) {
	f, err := m.service.function(m.spec.Function)
	if err != nil {
		return lineage.Batch{}, err
	}
	config := m.service.config
	batch := config.Lineages.Detect(m.spec.Function, messages, f.RecursiveLoop)
	if len(batch.Stopped) == 0 {
		return batch, nil
	}
	if config.OnLoopStopped != nil {
		config.OnLoopStopped(m.spec.Function)
	}
	return batch, lineage.Refusal()
}
