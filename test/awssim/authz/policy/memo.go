package policy

import "sync"

// Memo reads each text once, for policies that are asked of at every call. Its zero
// value has read nothing; it is safe for concurrent use.
type Memo struct{ read sync.Map }

type memorized struct {
	document Document
	err      error
}

// Parse is what the function Parse returns.
func (m *Memo) Parse(kind Kind, name, text string) (Document, error) {
	key := [3]string{string(kind), name, text}
	if known, ok := m.read.Load(key); ok {
		return known.(memorized).document, known.(memorized).err
	}
	document, err := Parse(kind, name, []byte(text))
	m.read.Store(key, memorized{document, err})
	return document, err
}
