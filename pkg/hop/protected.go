package hop

// Protected is a resource that AWS Backup has points of, with the newest of them.
type Protected struct {
	Resource
	Point string // recovery point ARN
	Vault Vault  // that holds it
}
