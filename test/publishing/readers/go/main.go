// Reads a published log with the Go project's own implementation of tiles and notes (golang.org/x/mod/sumdb), which
// shares nothing with ours: verifies the checkpoint, authenticates every leaf hash through the tiles, compares them with
// the entries of the bundles, and proves that the tree begins with an older one.
//
// usage: reader <address> <verifier key> [<older size> <older root, base64>]
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func get(address string) []byte {
	answer, err := http.Get(address)
	check(err)
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		check(fmt.Errorf("%s: %s", address, answer.Status))
	}
	bytes, err := io.ReadAll(answer.Body)
	check(err)
	return bytes
}

type reader struct{ base string }

func (r reader) Height() int { return 8 }

func (r reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		all = append(all, get(r.base+"/"+strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
	}
	return all, nil
}

func (r reader) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	base, key := os.Args[1], os.Args[2]
	verifier, err := note.NewVerifier(key)
	check(err)
	opened, err := note.Open(get(base+"/checkpoint"), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check(err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	hashes := tlog.TileHashReader(tree, reader{base})

	var wanted []int64
	for i := int64(0); i < size; i++ {
		wanted = append(wanted, tlog.StoredHashIndex(0, i))
	}
	leaves, err := hashes.ReadHashes(wanted)
	check(err)
	entries := int64(0)
	for bundle := int64(0); bundle*256 < size; bundle++ {
		width := size - bundle*256
		if width > 256 {
			width = 256
		}
		path := tlog.Tile{H: 8, L: 0, N: bundle, W: int(width)}.Path()
		bytes := get(base + "/" + strings.Replace(path, "tile/8/0/", "tile/entries/", 1))
		for len(bytes) > 0 {
			length := int(bytes[0])<<8 | int(bytes[1])
			if tlog.RecordHash(bytes[2:2+length]) != leaves[entries] {
				check(fmt.Errorf("entry %d is not the one of the tree", entries))
			}
			bytes = bytes[2+length:]
			entries++
		}
	}
	if entries != size {
		check(fmt.Errorf("%d entries instead of %d", entries, size))
	}
	consistent := false
	if len(os.Args) > 3 {
		older, err := strconv.ParseInt(os.Args[3], 10, 64)
		check(err)
		old, err := base64.StdEncoding.DecodeString(os.Args[4])
		check(err)
		var oldHash tlog.Hash
		copy(oldHash[:], old)
		proof, err := tlog.ProveTree(size, older, hashes)
		check(err)
		check(tlog.CheckTree(proof, size, tree.Hash, older, oldHash))
		consistent = true
	}
	check(json.NewEncoder(os.Stdout).Encode(map[string]interface{}{
		"origin": lines[0], "size": size, "entries": entries, "consistent": consistent,
	}))
}
