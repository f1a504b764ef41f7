package backup

import "github.com/twohop/twohop/test/awssim/wire"

type startCopyJobOutput struct {
	CopyJobID    string `json:"CopyJobId"`
	CreationDate wire.Epoch
	IsParent     bool
}

func (s *Service) startCopyJob(r *wire.Request, in StartCopyJobInput) (startCopyJobOutput, error) {
	j, err := s.copies.Start(home(r), in)
	return startCopyJobOutput{CopyJobID: j.CopyJobID, CreationDate: j.CreationDate}, err
}
