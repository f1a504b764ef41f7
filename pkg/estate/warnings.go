package estate

// Warnings lists settings that are valid but not recommended, each with its key and a better
// value.
func (e Estate) Warnings() []string {
	var found faults
	for i, pool := range e.Pools {
		if pool.Headroom == 0 {
			found.add(join(item(fileKeys.pools, i), fileKeys.headroom),
				"0; two invocations that take the last slot at once use one more than the quota of %d, and no slot is kept for restores: use 1 or more", pool.Size)
		}
	}
	var lines []string
	for _, one := range found {
		lines = append(lines, one.Error())
	}
	return lines
}
