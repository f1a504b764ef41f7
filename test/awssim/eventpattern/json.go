package eventpattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// kind of a JSON value.
type kind int

const (
	kindNull kind = iota
	kindBool
	kindNumber
	kindString
	kindArray
	kindObject
)

// node is a JSON value that remembers what encoding/json's maps forget: the
// order of members, repeated ones, and how a number was spelled.
type node struct {
	kind    kind
	text    string   // of a scalar: the string, the number's literal, true, false, null
	members []member // of an object
	items   []node   // of an array
}

type member struct {
	name  string
	value node
}

// maxDepth is how deep EventBridge follows nested JSON [API: PutEvents].
const maxDepth = 1000

// parse reads exactly one JSON value.
func parse(data []byte) (node, error) {
	// Unmarshal first: it refuses what follows the value, and its errors tell
	// what is wrong.
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return node{}, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return read(decoder, 0)
}

func read(decoder *json.Decoder, depth int) (node, error) {
	if depth > maxDepth {
		return node{}, fmt.Errorf("JSON is nested more than %d levels deep", maxDepth)
	}
	token, err := decoder.Token()
	if err != nil {
		return node{}, err
	}
	switch token := token.(type) {
	case nil:
		return node{kind: kindNull, text: "null"}, nil
	case bool:
		if token {
			return node{kind: kindBool, text: "true"}, nil
		}
		return node{kind: kindBool, text: "false"}, nil
	case json.Number:
		return node{kind: kindNumber, text: token.String()}, nil
	case string:
		return node{kind: kindString, text: token}, nil
	case json.Delim:
		if token == '[' {
			return readArray(decoder, depth+1)
		}
		return readObject(decoder, depth+1)
	default:
		return node{}, errors.New("unknown JSON token")
	}
}

func readArray(decoder *json.Decoder, depth int) (node, error) {
	array := node{kind: kindArray}
	for decoder.More() {
		item, err := read(decoder, depth)
		if err != nil {
			return node{}, err
		}
		array.items = append(array.items, item)
	}
	_, err := decoder.Token() // ]
	return array, err
}

func readObject(decoder *json.Decoder, depth int) (node, error) {
	object := node{kind: kindObject}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return node{}, err
		}
		value, err := read(decoder, depth)
		if err != nil {
			return node{}, err
		}
		text, ok := name.(string)
		if !ok {
			return node{}, errors.New("a member's name is not a string")
		}
		object.members = append(object.members, member{name: text, value: value})
	}
	_, err := decoder.Token() // }
	return object, err
}
