package estate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// leastFile says what every estate has to tell.
const leastFile = "the least file gives organization, accounts.management, accounts.backup, members.units, regions.primary and regions.secondary"

// Load reads the file of an estate. Errors: that of reading the file, else as Parse.
func Load(path string) (Estate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Estate{}, fmt.Errorf("read the estate: %w", err)
	}
	return Parse(path, text)
}

// Parse reads the text of an estate's file, which is called name in the error. What
// the text leaves out has its default. The error is Faults, which names every fault,
// with its place in the file and with what would be right.
//
// A text that is no YAML, no mapping, or several documents has that one fault. Else
// everything is checked, with the default in place of a value that cannot be taken;
// only what is said of that value, of its parts and of what holds it waits until it
// can be.
func Parse(name string, text []byte) (Estate, error) {
	root, line, err := document(text)
	if err != nil {
		return Estate{}, Faults{placed(name, line, err.Error())}
	}
	e := defaults()
	d := &decoder{lines: map[string]int{}, broken: map[string]bool{}}
	d.structure("", root, reflect.ValueOf(&e).Elem())
	e.fillDependent(d.given)
	for _, fault := range e.check() {
		if !d.doubtful(fault.at) {
			d.faults = append(d.faults, fault)
		}
	}
	if len(d.faults) == 0 {
		return e, nil
	}
	var all Faults
	for _, fault := range d.sorted() {
		all = append(all, placed(name, d.line(fault.at), fault.Error()))
	}
	return Estate{}, all
}

// document is the one mapping that a text holds, or the line and the fault of a
// text that does not.
func document(text []byte) (root *yaml.Node, line int, err error) {
	var first, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	switch err := decoder.Decode(&first); {
	case errors.Is(err, io.EOF):
		return nil, 0, errors.New("is empty; " + leastFile)
	case err != nil:
		line, cause := syntax(err)
		return nil, line, fmt.Errorf("is no YAML: %s", cause)
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return nil, second.Line, errors.New("a second document begins here; one file is one estate")
	case !errors.Is(err, io.EOF):
		line, cause := syntax(err)
		return nil, line, fmt.Errorf("is no YAML: %s", cause)
	}
	root = first.Content[0]
	switch {
	case root.Kind == yaml.ScalarNode && root.Tag == "!!null":
		return nil, root.Line, errors.New("is empty; " + leastFile)
	case root.Kind != yaml.MappingNode:
		return nil, root.Line, errors.New("is not made of keys with values; " + leastFile)
	case root.Anchor != "" || root.Style&yaml.TaggedStyle != 0:
		return nil, root.Line, errors.New("begins with an anchor or a tag; begin with the first key")
	}
	return root, 0, nil
}

var yamlPlace = expression(`^yaml: (?:line (\d+): )?`)

// syntax takes the line out of an error of the YAML library.
func syntax(err error) (line int, cause string) {
	text := strings.ReplaceAll(err.Error(), "\n", " ")
	match := yamlPlace.find(text)
	if match == nil {
		return 0, text
	}
	line, _ = strconv.Atoi(match[1]) // no number: no line
	return line, text[len(match[0]):]
}

// placed writes FILE:LINE: what.
func placed(name string, line int, what string) string {
	if line == 0 {
		return fmt.Sprintf("%s: %s", name, what)
	}
	return fmt.Sprintf("%s:%d: %s", name, line, what)
}

// Faults is the error of Parse: a line for each fault.
type Faults []string

// Error counts the faults, and lists them, one to a line.
func (f Faults) Error() string {
	s := "s"
	if len(f) == 1 {
		s = ""
	}
	return fmt.Sprintf("configuration: %d fault%s:\n%s", len(f), s, strings.Join(f, "\n"))
}
