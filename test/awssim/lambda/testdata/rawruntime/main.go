// A runtime without a library, to speak to the Runtime API in ways that a
// library would not. SCRIPT says which; what the API answers goes to the log.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

var base = "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/"

func main() {
	switch os.Getenv("SCRIPT") {
	case "init error":
		post("init/error", `{"errorType":"Config.Broken","errorMessage":"no such table"}`)
		post("init/error", `{}`)
		os.Exit(1)
	case "init error and stay":
		post("init/error", `{"errorType":"Config.Broken","errorMessage":"no such table"}`)
		select {}
	case "missteps":
		id := next()
		get("invocation/next")
		post("init/error", `{}`)
		post("invocation/no-such-id/response", `{}`)
		get("nothing/here")
		post("invocation/"+id+"/response", `{"well":"done"}`)
		post("invocation/"+id+"/response", `{"well":"again"}`)
		post("invocation/"+id+"/error", `{}`)
		next()
	case "answer and exit":
		id := next()
		post("invocation/"+id+"/response", `"answered"`)
		os.Exit(7)
	case "answer and hang":
		id := next()
		post("invocation/"+id+"/response", `"answered"`)
		select {}
	case "plain error":
		id := next()
		post("invocation/"+id+"/error", `not JSON`)
		next()
	}
}

func next() string {
	response, err := http.Get(base + "invocation/next")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	defer response.Body.Close()
	io.Copy(io.Discard, response.Body)
	return response.Header.Get("Lambda-Runtime-Aws-Request-Id")
}

func get(path string) { say(path)(http.Get(base + path)) }

func post(path, body string) {
	say(path)(http.Post(base+path, "application/json", strings.NewReader(body)))
}

func say(path string) func(*http.Response, error) {
	return func(response *http.Response, err error) {
		if err != nil {
			fmt.Println(path, err)
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		fmt.Println(response.StatusCode, strings.TrimSpace(string(body)))
	}
}
