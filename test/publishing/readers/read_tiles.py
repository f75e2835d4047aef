"""Reads a published log with Python's standard library alone and prints its size, its signed root and the roots that the
hash tiles and the entries give. Shares no line with the project's own reader.

usage: read_tiles.py <address>
"""

import base64
import hashlib
import json
import struct
import sys
import urllib.error
import urllib.request


def get(path):
    with urllib.request.urlopen(f"{sys.argv[1]}/{path}") as answer:
        return answer.read()


def get_tile(kind, index, width):
    digits = str(index)
    digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    full = f"tile/{kind}/" + "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    if width == 256:
        return get(full)
    try:
        return get(f"{full}.p/{width}")
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return get(full)


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes):
    """RFC 9162, section 2.1.1, as it stands there."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node(root_of(hashes[:split]), root_of(hashes[split:]))


def bundle_entries(index, width):
    data = get_tile("entries", index, width)
    at = 0
    for _ in range(width):
        (length,) = struct.unpack_from(">H", data, at)
        yield data[at + 2 : at + 2 + length]
        at += 2 + length


def main():
    text, _ = get("checkpoint").decode().split("\n\n", 1)
    origin, size, root = text.split("\n")[:3]
    size = int(size)
    leaves, from_entries, upper = [], [], []
    for index in range(-(-size // 256)):
        width = min(256, size - index * 256)
        tile = get_tile("0", index, width)
        leaves += [tile[i * 32 : i * 32 + 32] for i in range(width)]
        from_entries += [hashlib.sha256(b"\x00" + entry).digest() for entry in bundle_entries(index, width)]
    level, below = 1, leaves
    while len(below) >= 256:
        expected = [root_of(below[i * 256 : i * 256 + 256]) for i in range(len(below) // 256)]
        held = []
        for index in range(-(-len(expected) // 256)):
            width = min(256, len(expected) - index * 256)
            tile = get_tile(str(level), index, width)
            held += [tile[i * 32 : i * 32 + 32] for i in range(width)]
        upper.append(held == expected)
        level, below = level + 1, held
    print(
        json.dumps(
            {
                "origin": origin,
                "size": size,
                "signed": root,
                "tiles": base64.b64encode(root_of(leaves)).decode(),
                "entries": base64.b64encode(root_of(from_entries)).decode(),
                "upper": upper,
            }
        )
    )


main()
