package wire

import "net/http"

// Error is an error of an AWS API. Services return it; each protocol writes it
// in its own shape.
type Error struct {
	Status  int    // HTTP; 0 means 400
	Code    string // the API's exception name, e.g. ResourceNotFoundException
	Message string
	// QueryCode is the code of the older query protocol where it differs
	// (AWS.SimpleQueueService.NonExistentQueue); empty where it does not.
	QueryCode string
}

// Error names the code, then the message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

func (e *Error) status() int {
	if e.Status == 0 {
		return http.StatusBadRequest
	}
	return e.Status
}

// fault is the side at fault, as the query protocol names it.
func (e *Error) fault() string {
	if e.status() >= http.StatusInternalServerError {
		return "Receiver"
	}
	return "Sender"
}
