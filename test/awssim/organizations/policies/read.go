package policies

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// node is one value of a document: an object, a list of strings, a string, or
// something else that has no place in backup policies.
type node struct {
	path   string
	fields map[string]*node
	list   []string // not nil: a list of strings
	text   *string
	other  string // how it is called
}

// fault is something wrong at a node.
func (n *node) fault(format string, args ...any) error {
	return fmt.Errorf("%s: "+format, append([]any{n.path}, args...)...)
}

func (n *node) kind() string {
	switch {
	case n.fields != nil:
		return "an object"
	case n.list != nil:
		return "a list of strings"
	case n.text != nil:
		return fmt.Sprintf("the string %q", *n.text)
	default:
		return n.other
	}
}

func (n *node) values() []string {
	if n.text != nil {
		return []string{*n.text}
	}
	return n.list
}

// read takes a document apart and names everything that is wrong with it.
func read(text string) (*node, []error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	r := &reader{decoder: decoder}
	root, err := r.node("")
	if err != nil {
		return nil, []error{fmt.Errorf("no JSON: %w", err)}
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, []error{errors.New("no JSON: something follows the document")}
	}
	if root.fields == nil {
		return nil, []error{fmt.Errorf("a JSON object belongs here, not %s", root.kind())}
	}
	return root, append(r.faults, policyGrammar().faults(root)...)
}

type reader struct {
	decoder *json.Decoder
	faults  []error
}

func (r *reader) node(path string) (*node, error) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return r.object(path)
		}
		return r.array(path)
	case string:
		return &node{path: path, text: &t}, nil
	case json.Number:
		return &node{path: path, other: "the number " + t.String() + ": backup policies write numbers as strings"}, nil
	case bool:
		return &node{path: path, other: fmt.Sprint(t)}, nil
	default:
		return &node{path: path, other: "null"}, nil
	}
}

func (r *reader) object(path string) (*node, error) {
	n := &node{path: path, fields: map[string]*node{}}
	for r.decoder.More() {
		token, err := r.decoder.Token()
		if err != nil {
			return nil, err
		}
		key := token.(string) // the decoder lets no other key pass
		child, err := r.node(strings.TrimPrefix(path+"."+key, "."))
		if err != nil {
			return nil, err
		}
		// "Duplicate key names will be rejected" [orgs_manage_policies_backup_syntax].
		if _, twice := n.fields[key]; twice {
			r.faults = append(r.faults, child.fault("this key stands here twice"))
		}
		n.fields[key] = child
	}
	_, err := r.decoder.Token()
	return n, err
}

func (r *reader) array(path string) (*node, error) {
	n := &node{path: path, list: []string{}}
	for i := 0; r.decoder.More(); i++ {
		child, err := r.node(fmt.Sprintf("%s[%d]", path, i))
		if err != nil {
			return nil, err
		}
		if child.text == nil {
			n.other = "a list with " + child.kind()
			continue
		}
		n.list = append(n.list, *child.text)
	}
	if n.other != "" {
		n.list = nil
	}
	_, err := r.decoder.Token()
	return n, err
}
