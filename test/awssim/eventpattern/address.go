package eventpattern

import (
	"net/netip"
	"strconv"
	"strings"
)

// address reads an IP address in the two spellings that EventBridge knows:
// dotted IPv4, and IPv6 of hexadecimal digits and colons only.
func address(s string) (netip.Addr, bool) {
	if strings.Contains(s, ":") && strings.ContainsAny(s, ".%") {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, false
	}
	return a.Unmap(), true
}

// addresses is a range of one family, both ends included.
type addresses struct{ low, high netip.Addr }

func (r addresses) contain(s string) bool {
	a, ok := address(s)
	return ok && a.BitLen() == r.low.BitLen() && a.Compare(r.low) >= 0 && a.Compare(r.high) <= 0
}

// parseCIDR reads a range such as 10.0.0.0/24. Like event-ruler's, it begins at
// the very address given: 10.0.0.5/24 does not hold 10.0.0.4.
func parseCIDR(at place, s string) (addresses, error) {
	base, mask, ok := strings.Cut(s, "/")
	if !ok || strings.Contains(mask, "/") {
		return addresses{}, at.errorf("Malformed CIDR, one '/' required")
	}
	bits, err := strconv.Atoi(mask)
	if err != nil {
		return addresses{}, at.errorf("Malformed CIDR, mask bits must be an integer")
	}
	if bits < 0 {
		return addresses{}, at.errorf("Malformed CIDR, mask bits must not be negative")
	}
	low, ok := address(base)
	if !ok {
		return addresses{}, at.errorf("Nonstandard IP address: %s", base)
	}
	if low.Is4() && bits > 31 {
		return addresses{}, at.errorf("IPv4 mask bits must be < 32")
	}
	if bits > 127 {
		return addresses{}, at.errorf("IPv6 mask bits must be < 128")
	}
	top := low.AsSlice()
	for bit := bits; bit < low.BitLen(); bit++ {
		top[bit/8] |= 0x80 >> (bit % 8)
	}
	high, _ := netip.AddrFromSlice(top)
	return addresses{low: low, high: high}, nil
}
