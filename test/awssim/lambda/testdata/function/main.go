// The function of this package's tests: it does what its payload says, or, with
// ASK_URL set, what the answer to a POST of the payload says.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

func main() {
	switch os.Getenv("INIT") {
	case "exit":
		fmt.Fprintln(os.Stderr, "cannot start")
		os.Exit(3)
	case "hang":
		time.Sleep(time.Hour)
	}
	fmt.Println("init done")
	if url := os.Getenv("ASK_URL"); url != "" {
		lambda.Start(func(_ context.Context, event json.RawMessage) (io.Reader, error) { return ask(url, event) })
		return
	}
	lambda.Start(obey)
}

// ask returns the answer as it is, or as an error where its status is not 200.
func ask(url string, event []byte) (io.Reader, error) {
	answer, err := http.Post(url, "application/json", bytes.NewReader(event))
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(string(body))
	}
	return bytes.NewReader(body), nil
}

type order struct {
	Do    string
	Text  string
	Count int
}

type refusal struct{ reason string }

func (r *refusal) Error() string { return r.reason }

var served int

func obey(ctx context.Context, in order) (any, error) {
	served++
	switch in.Do {
	case "echo":
		return in.Text, nil
	case "describe":
		return describe(ctx), nil
	case "repeat":
		return strings.Repeat("x", in.Count), nil
	case "fail":
		return nil, fmt.Errorf("outer: %w", &refusal{in.Text})
	case "refuse":
		return nil, &refusal{in.Text}
	case "panic":
		panic(in.Text)
	case "exit":
		if in.Text != "" {
			fmt.Println(in.Text)
		}
		os.Exit(in.Count)
	case "hang":
		fmt.Println("about to hang")
		select {}
	case "break off":
		return io.MultiReader(strings.NewReader("half of it"), broken{}), nil
	case "log":
		fmt.Println(in.Text)
		fmt.Fprintln(os.Stderr, "to standard error")
		fmt.Println()
		fmt.Print("no line feed")
		return nil, nil
	case "hang with pipe":
		return nil, hangWithPipe(in.Text, func(*os.File) error { return nil })
	case "hang with child":
		return nil, hangWithPipe(in.Text, startChild)
	}
	return nil, fmt.Errorf("unknown order %q", in.Do)
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, &refusal{"the source dried up"} }

type description struct {
	PID        int
	Served     int
	Dir        string
	Variables  []string
	Files      []string // in TMPDIR
	DeadlineMS int64
	RequestID  string
	ARN        string
	TraceID    string
}

func describe(ctx context.Context) description {
	deadline, _ := ctx.Deadline()
	call, _ := lambdacontext.FromContext(ctx)
	dir, _ := os.Getwd()
	entries, _ := os.ReadDir(os.Getenv("TMPDIR"))
	d := description{
		PID: os.Getpid(), Served: served, Dir: dir, Variables: os.Environ(),
		DeadlineMS: deadline.UnixMilli(), RequestID: call.AwsRequestID, ARN: call.InvokedFunctionArn,
		TraceID: os.Getenv("_X_AMZN_TRACE_ID"),
	}
	for _, entry := range entries {
		d.Files = append(d.Files, entry.Name())
	}
	return d
}

// hangWithPipe never returns once it has the pipe at path open and has shared
// it.
func hangWithPipe(path string, share func(*os.File) error) error {
	pipe, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err := share(pipe); err != nil {
		return err
	}
	if _, err := pipe.WriteString("holding"); err != nil {
		return err
	}
	fmt.Println("about to hang")
	select {}
}

// startChild starts one that holds the pipe open too.
func startChild(pipe *os.File) error {
	child := exec.Command("sleep", "100000")
	child.ExtraFiles = []*os.File{pipe}
	return child.Start()
}
