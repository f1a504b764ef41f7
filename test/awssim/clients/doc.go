// Package clients holds tests only: the local AWS as clients see it that nobody
// here wrote, with every right judged. They run the AWS CLI and boto3 as processes and
// look at what these print, return and raise. Every action that the local AWS offers
// must be called by each of the two, with success; a new action without such a call
// fails the tests.
//
// A second opinion on SQS comes from moto: the same short conversation is held
// with both and the answers are compared.
//
// Where a tool is not installed its tests are skipped and say what is then not
// tested.
package clients
