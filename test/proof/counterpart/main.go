// Answers questions about trees and notes with the Go project's own implementation (golang.org/x/mod/sumdb), which shares
// nothing with ours. Reads a JSON list of questions, writes the list of answers.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Kind    string
	Index   int64
	Size    int64
	From    int64
	To      int64
	Leaf    string
	Root    string
	OldRoot string
	NewRoot string
	Path    []string
	Note    string
	Keys    []string
	Entries []string
	Text    string
	Secret  string
}

type answer struct {
	Holds   bool
	Why     string
	Note    string
	Root    string
	Include [][]string
	Begin   [][]string
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func hashOf(text string) (hash tlog.Hash, err error) {
	bytes, err := hex.DecodeString(text)
	if err == nil && len(bytes) != len(hash) {
		err = fmt.Errorf("a hash of %d bytes", len(bytes))
	}
	copy(hash[:], bytes)
	return hash, err
}

func hashesOf(texts []string) (hashes []tlog.Hash, err error) {
	for _, text := range texts {
		hash, err := hashOf(text)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

func textsOf(hashes []tlog.Hash) []string {
	texts := []string{}
	for _, hash := range hashes {
		texts = append(texts, hex.EncodeToString(hash[:]))
	}
	return texts
}

func include(q question) error {
	path, err := hashesOf(q.Path)
	if err != nil {
		return err
	}
	leaf, err := hashOf(q.Leaf)
	if err != nil {
		return err
	}
	root, err := hashOf(q.Root)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(path, q.Size, root, q.Index, leaf)
}

func begin(q question) error {
	path, err := hashesOf(q.Path)
	if err != nil {
		return err
	}
	older, err := hashOf(q.OldRoot)
	if err != nil {
		return err
	}
	newer, err := hashOf(q.NewRoot)
	if err != nil {
		return err
	}
	return tlog.CheckTree(path, q.To, newer, q.From, older)
}

func open(q question) error {
	var verifiers []note.Verifier
	for _, key := range q.Keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return err
		}
		verifiers = append(verifiers, verifier)
	}
	_, err := note.Open([]byte(q.Note), note.VerifierList(verifiers...))
	return err
}

// A tree of the entries, with all its paths.
func grow(q question) answer {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var hashes []tlog.Hash
		for _, index := range indexes {
			hashes = append(hashes, stored[index])
		}
		return hashes, nil
	})
	for i, entry := range q.Entries {
		bytes, err := hex.DecodeString(entry)
		check(err)
		hashes, err := tlog.StoredHashes(int64(i), bytes, reader)
		check(err)
		stored = append(stored, hashes...)
	}
	size := int64(len(q.Entries))
	root, err := tlog.TreeHash(size, reader)
	check(err)
	result := answer{Holds: true, Root: hex.EncodeToString(root[:])}
	for i := int64(0); i < size; i++ {
		path, err := tlog.ProveRecord(size, i, reader)
		check(err)
		result.Include = append(result.Include, textsOf(path))
		older, err := tlog.ProveTree(size, i+1, reader)
		check(err)
		result.Begin = append(result.Begin, textsOf(older))
	}
	return result
}

func sign(q question) answer {
	signer, err := note.NewSigner(q.Secret)
	check(err)
	signed, err := note.Sign(&note.Note{Text: q.Text}, signer)
	check(err)
	return answer{Holds: true, Note: string(signed)}
}

func verdict(err error) answer {
	if err != nil {
		return answer{Why: err.Error()}
	}
	return answer{Holds: true}
}

func main() {
	var questions []question
	check(json.NewDecoder(os.Stdin).Decode(&questions))
	answers := []answer{}
	for _, q := range questions {
		switch q.Kind {
		case "include":
			answers = append(answers, verdict(include(q)))
		case "begin":
			answers = append(answers, verdict(begin(q)))
		case "open":
			answers = append(answers, verdict(open(q)))
		case "grow":
			answers = append(answers, grow(q))
		case "sign":
			answers = append(answers, sign(q))
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(answers))
}
