// A log's side and a witness's side of C2SP tlog-witness, over Go's own implementation of signed notes and of the tree
// (golang.org/x/mod/sumdb/note and /tlog). Nothing of it is shared with the product.
//
//	key NAME                       prints a new key of a log: what signs, what verifies
//	log URL WITNESS_VKEY           asks a witness, with the signing key in LOG_KEY; a line for each answer
//	witness NAME LOG_VKEY          serves a witness; prints its verifier key and its address
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

// cosigner verifies and makes Ed25519 cosignatures (C2SP tlog-cosignature).
type cosigner struct {
	name   string
	public ed25519.PublicKey
	secret ed25519.PrivateKey
}

func (c cosigner) Name() string { return c.name }

func (c cosigner) KeyHash() uint32 {
	hash := sha256.Sum256(append([]byte(c.name+"\n\x04"), c.public...))
	return binary.BigEndian.Uint32(hash[:])
}

func message(text []byte, at uint64) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)), text...)
}

func (c cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	return ed25519.Verify(c.public, message(text, binary.BigEndian.Uint64(signature)), signature[8:])
}

func (c cosigner) Sign(text []byte) ([]byte, error) {
	at := uint64(time.Now().Unix())
	return append(binary.BigEndian.AppendUint64(nil, at), ed25519.Sign(c.secret, message(text, at))...), nil
}

func cosignerOf(vkey string) (cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return cosigner{}, errors.New("not a verifier key")
	}
	material, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(material) != 33 || material[0] != 4 {
		return cosigner{}, errors.New("not the key of a witness")
	}
	c := cosigner{name: parts[0], public: material[1:]}
	if fmt.Sprintf("%08x", c.KeyHash()) != parts[1] {
		return cosigner{}, errors.New("another key id")
	}
	return c, nil
}

// tree keeps the hashes of a log in memory.
type tree struct {
	stored []tlog.Hash
	size   int64
}

func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = t.stored[index]
	}
	return hashes, nil
}

func treeOf(leaves ...string) *tree {
	t := &tree{}
	for i, leaf := range leaves {
		t.stored = append(t.stored, must(tlog.StoredHashes(int64(i), []byte(leaf), t))...)
		t.size++
	}
	return t
}

func leaves(size int, mark string) []string {
	all := make([]string, size)
	for i := range all {
		all[i] = fmt.Sprintf("%s %d", mark, i)
	}
	return all
}

func body(old int64, proof tlog.TreeProof, checkpoint []byte) []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "old %d\n", old)
	for _, hash := range proof {
		fmt.Fprintln(&text, base64.StdEncoding.EncodeToString(hash[:]))
	}
	text.WriteString("\n")
	text.Write(checkpoint)
	return text.Bytes()
}

func ask(url, witnessKey string) {
	signer := must(note.NewSigner(os.Getenv("LOG_KEY")))
	verifier := must(note.NewVerifier(os.Getenv("LOG_VKEY")))
	witness := must(cosignerOf(witnessKey))
	try := func(what string, old int64, t *tree, proven bool) {
		root := must(tlog.TreeHash(t.size, t))
		text := fmt.Sprintf("%s\n%d\n%s\n", signer.Name(), t.size, root)
		signed := must(note.Sign(&note.Note{Text: text}, signer))
		var proof tlog.TreeProof
		if proven {
			proof = must(tlog.ProveTree(t.size, old, t))
		}
		response := must(http.Post(url+"/add-checkpoint", "text/plain", bytes.NewReader(body(old, proof, signed))))
		answer := must(io.ReadAll(response.Body))
		response.Body.Close()
		if response.StatusCode != 200 {
			fmt.Printf("%s: %d %s %q\n", what, response.StatusCode, response.Header.Get("Content-Type"), answer)
			return
		}
		opened, err := note.Open(append(signed, answer...), note.VerifierList(verifier, witness))
		if err != nil {
			fmt.Printf("%s: 200 and %v\n", what, err)
			return
		}
		fmt.Printf("%s: 200, verified %d, unknown %d\n", what, len(opened.Sigs), len(opened.UnverifiedSigs))
	}
	try("first", 0, treeOf(leaves(3, "leaf")...), false)
	try("next", 3, treeOf(leaves(8, "leaf")...), true)
	try("again", 8, treeOf(leaves(8, "leaf")...), false)
	try("stale", 3, treeOf(leaves(13, "leaf")...), true)
	try("far", 8, treeOf(leaves(1000, "leaf")...), true)
	try("fork", 1000, treeOf(leaves(1500, "other")...), true)
	try("unproven", 1000, treeOf(leaves(1500, "leaf")...), false)
	try("two faces", 1000, treeOf(leaves(1000, "other")...), false)
}

func serve(name, logKey string) {
	verifier := must(note.NewVerifier(logKey))
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	must(0, err)
	witness := cosigner{name, public, secret}
	var lock sync.Mutex
	var size int64
	var root tlog.Hash
	http.HandleFunc("/w/add-checkpoint", func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		given, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		head, checkpoint, found := strings.Cut(string(given), "\n\n")
		lines := strings.Split(head, "\n")
		old, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
		if !found || err != nil {
			http.Error(w, "malformed", 400)
			return
		}
		opened, err := note.Open([]byte(checkpoint), note.VerifierList(verifier))
		if err != nil {
			http.Error(w, err.Error(), 403)
			return
		}
		text := strings.Split(opened.Text, "\n")
		next, err := strconv.ParseInt(text[1], 10, 64)
		hash, err2 := tlog.ParseHash(text[2])
		if text[0] != verifier.Name() || err != nil || err2 != nil || old > next {
			http.Error(w, "not a checkpoint", 400)
			return
		}
		if old != size || (next == size && hash != root) {
			w.Header().Set("Content-Type", "text/x.tlog.size")
			w.WriteHeader(409)
			fmt.Fprintf(w, "%d\n", size)
			return
		}
		if old > 0 {
			var proof tlog.TreeProof
			for _, line := range lines[1:] {
				proof = append(proof, must(tlog.ParseHash(line)))
			}
			if err := tlog.CheckTree(proof, next, hash, old, root); err != nil {
				http.Error(w, err.Error(), 422)
				return
			}
		}
		size, root = next, hash
		signed := must(note.Sign(&note.Note{Text: opened.Text}, witness))
		w.Write(signed[len(opened.Text)+1:])
		fmt.Printf("cosigned %d after %d\n", next, old)
	})
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	key := base64.StdEncoding.EncodeToString(append([]byte{4}, public...))
	fmt.Printf("%s+%08x+%s http://%s/w\n", name, witness.KeyHash(), key, listener.Addr())
	must(0, http.Serve(listener, nil))
}

func main() {
	switch os.Args[1] {
	case "key":
		secret, public, err := note.GenerateKey(rand.Reader, os.Args[2])
		must(0, err)
		fmt.Println(secret)
		fmt.Println(public)
	case "log":
		ask(os.Args[2], os.Args[3])
	case "witness":
		serve(os.Args[2], os.Args[3])
	}
}
