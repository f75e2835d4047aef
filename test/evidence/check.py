#!/usr/bin/env python3
"""Checks an evidence file by docs/evidence.md alone: Python's standard library, and none of energyweb's code.

    check.py [--key VERIFIER-KEY] FILE...

Says of each file what was checked, or what is wrong, and ends with 1 if anything is, with 2 when nothing was checked. It looks at inclusion, chains of entries,
the checkpoint's root and signature, field proofs, earlier trees and raw bytes, at the energy of a counter's period, and at what
certificates stand for beside it; not at
whether the file is written in its one form, at registers, completeness and chains.
"""
import argparse
import base64
import hashlib
import json
import os
import re
import sys


class Wrong(Exception):
    """The file does not show what it says."""


def must(holds, message):
    if not holds:
        raise Wrong(message)


# --- Hashes ---------------------------------------------------------------------------------------------------------------

def sha256(*parts):
    return hashlib.sha256(b''.join(parts)).digest()


MASK = (1 << 64) - 1
ROTATIONS = [[0, 36, 3, 41, 18], [1, 44, 10, 45, 2], [62, 6, 43, 15, 61], [28, 55, 25, 21, 56], [27, 20, 39, 8, 14]]


def round_constants():
    bits, state = [], 1
    for _ in range(7 * 24):
        bits.append(state & 1)
        state = (state << 1) ^ (0x171 if state & 0x80 else 0)
    for i in range(24):
        yield sum(1 << ((1 << j) - 1) for j in range(7) if bits[7 * i + j])


CONSTANTS = list(round_constants())


def rotate(value, by):
    return ((value << by) | (value >> (64 - by))) & MASK if by else value


def permute(a):
    for constant in CONSTANTS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ rotate(c[(x + 1) % 5], 1) for x in range(5)]
        b = [0] * 25
        for x in range(5):
            for y in range(5):
                b[y + 5 * ((2 * x + 3 * y) % 5)] = rotate(a[x + 5 * y] ^ d[x], ROTATIONS[x][y])
        a = [b[i] ^ (~b[i - i % 5 + (i + 1) % 5] & MASK & b[i - i % 5 + (i + 2) % 5]) for i in range(25)]
        a[0] ^= constant
    return a


def keccak(*parts):
    """Keccak-256 as Ethereum has it: padding 0x01, not SHA-3's 0x06."""
    data = bytearray(b''.join(parts))
    data += b'\x01' + bytes(-(len(data) + 1) % 136)
    data[-1] |= 0x80
    state = [0] * 25
    for block in range(0, len(data), 136):
        for i in range(17):
            state[i] ^= int.from_bytes(data[block + 8 * i:block + 8 * i + 8], 'little')
        state = permute(state)
    return b''.join(word.to_bytes(8, 'little') for word in state[:4])


def url64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip('=')


def from_url64(text):
    return base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))


# --- Tree (RFC 9162) ------------------------------------------------------------------------------------------------------

def leaf_hash(entry):
    return sha256(b'\x00', entry)


def node_hash(left, right):
    return sha256(b'\x01', left, right)


def root_of_path(leaf, index, size, path):
    """RFC 9162, 2.1.3.2."""
    must(index < size, 'the entry stands behind the checkpoint')
    at, last, value = index, size - 1, leaf
    for sibling in path:
        must(last > 0, 'the path is too long')
        if at & 1 or at == last:
            value = node_hash(sibling, value)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        at, last = at >> 1, last >> 1
    must(last == 0, 'the path is too short')
    return value


def roots_of_consistency(old_size, old_root, size, path):
    """RFC 9162, 2.1.4.2: the old and the new root that the path leads to."""
    if old_size == size:
        must(not path, 'a path between equal trees')
        return old_root, old_root
    must(path and 0 < old_size < size, 'no path between the trees')
    rest = list(path) if old_size & (old_size - 1) else [old_root, *path]
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = rest[0]
    for value in rest[1:]:
        must(last > 0, 'the path between the trees is too long')
        if at & 1 or at == last:
            old, new = node_hash(value, old), node_hash(value, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, value)
        at, last = at >> 1, last >> 1
    must(last == 0, 'the path between the trees is too short')
    return old, new


# --- Field tree (precise-proofs) ------------------------------------------------------------------------------------------

def is_address(text):
    digits = text[2:] if text[:2] in ('0x', '0X') else text
    if not re.fullmatch('[0-9a-fA-F]{40}', digits):
        return False
    if digits in (digits.lower(), digits.upper()):
        return True
    order = keccak(digits.lower().encode()).hex()
    return all(c.upper() == c if int(h, 16) > 7 else c.lower() == c for c, h in zip(digits, order))


def hashed_bytes(text):
    """What is hashed for one argument: its type is guessed from its text."""
    if is_address(text):
        return bytes.fromhex(text[-40:])
    if text == '':
        return bytes(32)
    if re.fullmatch(r'[+-]?\d+', text):
        must(not text.startswith('+'), 'a number with a plus sign')
        return (int(text) % (1 << 256)).to_bytes(32, 'big')
    must(not re.fullmatch(r'[+-]?\d+([.]\d*)?(e[+-]?\d+)?|0[xbo].*', text, re.I), f'"{text}" reads like a number')
    return text.encode()


def value_text(value, kind):
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if kind == 'integer':
        must(re.fullmatch(r'0|-?[1-9]\d*', value), f'"{value}" is no integer')
        return value
    return value if is_address(value) else base64.b64encode(value.encode()).decode()


def field_leaf(name, value, kind, salt):
    return keccak(hashed_bytes(name), hashed_bytes(value_text(value, kind)), hashed_bytes(salt))


def salt_of(seed, name):
    salt = bytearray(sha256(seed, b'\x00', name.encode())[:16])
    salt[0] &= 0x7f
    return base64.b64encode(salt).decode()


ORDERS = {}


def order_of(fields):
    key = tuple(fields)
    if key not in ORDERS:
        ORDERS[key] = sorted(fields, key=lambda name: keccak(hashed_bytes(name)).hex())
    return ORDERS[key]


def fold(nodes, combine):
    """Pairs neighbours from left to right, level by level; an odd last one moves up."""
    while len(nodes) > 1:
        nodes = [combine(*nodes[i:i + 2]) if i + 1 < len(nodes) else nodes[i] for i in range(0, len(nodes), 2)]
    return nodes[0]


def extended_root(root, order):
    return keccak(root, keccak(*(hashed_bytes(name) for name in order)))


def root_of_document(document, seed, fields):
    must(set(document) == set(fields), 'a document that is not of its schema')
    order = order_of(fields)
    leaves = [field_leaf(name, document[name], fields[name], salt_of(seed, name)) for name in order]
    return extended_root(fold(leaves, keccak), order)


def root_of_shown(shown, hidden, fields):
    """Leaves that are not shown are folded to "nothing shown here"; where such a node meets a shown one, a hidden hash stands."""
    order, rest = order_of(fields), list(hidden)
    must(set(shown) <= set(fields), 'a shown field that the schema does not have')

    def node(first, width):
        names = order[first:first + width]
        if not any(name in shown for name in names):
            must(rest, 'a hidden hash is missing')
            return rest.pop(0)
        if len(names) == 1:
            value, salt = shown[names[0]]['value'], shown[names[0]]['salt']
            return field_leaf(names[0], value, fields[names[0]], salt)
        half = width // 2
        while half >= len(names):  # an odd last one moves up
            half //= 2
        return keccak(node(first, half), node(first + half, half))

    width = 1
    while width < len(order):
        width *= 2
    root = node(0, width)
    must(not rest, 'a hidden hash too many')
    return extended_root(root, order)


# --- Entries --------------------------------------------------------------------------------------------------------------

def canonical(value):
    """RFC 8785, as far as entries and documents need it: no floats, ASCII member names."""
    return json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=False)


def cid_of(digest):
    return 'b' + base64.b32encode(b'\x01\x55\x12\x20' + digest).decode().lower().rstrip('=')


def schema_of(entry, schemas):
    known = schemas['kinds'][entry['kind']]
    name = entry.get('schema', known[0])
    must(name in known, f'a {entry["kind"]} of schema {name}')
    return name


def commitment_of(entry, schemas):
    """The commitment that follows from what is shown, and the document or what is shown of it."""
    name = schema_of(entry, schemas)
    fields = schemas['schemas'][name]
    if 'sealed' in entry:
        return entry['sealed'], None
    if 'shown' in entry:
        root = root_of_shown(entry['shown'], [from_url64(text) for text in entry['hidden']], fields)
        return {'fields': url64(root)}, {name: field['value'] for name, field in entry['shown'].items()}
    document = dict(entry['document'])
    if 'cid' in fields and 'cid' not in document:
        document['cid'] = cid_of(from_url64(document['raw']))
    seed = from_url64(entry['seed'])
    must(len(seed) == 32, 'a seed without 32 bytes')
    if entry.get('commitment') == 'document':
        return {'hash': url64(sha256(seed, canonical(document).encode()))}, document
    return {'fields': url64(root_of_document(document, seed, fields))}, document


def walk(segment, schemas):
    """Answers leaf hashes and documents of a segment's entries, by sequence."""
    previous, found = segment['previous'], {}
    for sequence, entry in enumerate(segment['entries'], segment['first']):
        commitment, document = commitment_of(entry, schemas)
        text = canonical({
            'at': entry['at'], 'document': commitment, 'kind': entry['kind'], 'previous': previous,
            'schema': schema_of(entry, schemas), 'sequence': sequence,
            'stream': segment['stream'], 'v': 1,
        })
        leaf = leaf_hash(text.encode())
        previous = url64(leaf)
        found[sequence] = leaf, entry, document
    must(found, 'a segment without entries')
    return found


# --- Checkpoint -----------------------------------------------------------------------------------------------------------

def read_checkpoint(note):
    text, _, signatures = note.rpartition('\n\n')
    text += '\n'
    origin, size, root, *_ = text.split('\n')
    lines = [re.fullmatch(r'\u2014 (\S+) (\S+)', line) for line in signatures.rstrip('\n').split('\n')]
    must(all(lines), 'a line of signatures that is none')
    return text, origin, int(size), base64.b64decode(root), [(m[1], base64.b64decode(m[2])) for m in lines]


P = 2 ** 255 - 19
Q = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, point):
    result = 0, 1, 1, 0
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def point_of(data):
    y = int.from_bytes(data, 'little')
    sign, y = y >> 255, y & ((1 << 255) - 1)
    must(y < P, 'no point of the curve')
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    must((x * x - square) % P == 0 and (x or not sign), 'no point of the curve')
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, 'little'))


def is_signature(public, message, signature):
    """RFC 8032, 5.1.7."""
    scalar = int.from_bytes(signature[32:], 'little')
    if len(signature) != 64 or scalar >= Q:
        return False
    a, r = point_of(public), point_of(signature[:32])
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), 'little') % Q
    left, right = times(scalar, BASE), add(r, times(challenge, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def check_signature(key, text, origin, signatures):
    name, key_id, material = key.split('+', 2)
    material = base64.b64decode(material)
    must(sha256(name.encode(), b'\n', material)[:4].hex() == key_id and material[0] == 1, 'a verifier key that is none')
    own = [data[4:] for signer, data in signatures if signer == name and data[:4].hex() == key_id]
    must(name == origin and own, 'the key has not signed the checkpoint')
    must(all(is_signature(material[1:], text.encode(), signature) for signature in own), 'a signature that is wrong')


# --- Keys of hardware -----------------------------------------------------------------------------------------------------
# ECDSA over P-256 (FIPS 186-5, SP 800-186 3.2.1.3), affine and slow.

P256 = 2 ** 256 - 2 ** 224 + 2 ** 192 + 2 ** 96 - 1
N256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
B256 = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
G256 = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
        0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)
SPKI_HEAD = bytes.fromhex('3059301306072a8648ce3d020106082a8648ce3d030107034200')


def add256(p, q):
    if p is None or q is None:
        return q if p is None else p
    if p[0] == q[0]:
        if (p[1] + q[1]) % P256 == 0:
            return None
        slope = (3 * p[0] * p[0] - 3) * pow(2 * p[1], -1, P256) % P256
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P256) % P256
    x = (slope * slope - p[0] - q[0]) % P256
    return x, (slope * (p[0] - x) - p[1]) % P256


def times256(scalar, point):
    result = None
    while scalar:
        if scalar & 1:
            result = add256(result, point)
        point, scalar = add256(point, point), scalar >> 1
    return result


def is_p256_signature(point, message, r, s):
    if not (0 < r < N256 and 0 < s < N256):
        return False
    digest, inverse = int.from_bytes(sha256(message), 'big'), pow(s, -1, N256)
    found = add256(times256(digest * inverse % N256, G256), times256(r * inverse % N256, point))
    return found is not None and found[0] % N256 == r


def der_numbers(data):
    must(len(data) > 7 and data[0] == 0x30 and data[1] == len(data) - 2 and data[2] == 2, 'no DER signature')
    end = 4 + data[3]
    must(data[end] == 2 and end + 2 + data[end + 1] == len(data), 'no DER signature')
    return int.from_bytes(data[4:end], 'big'), int.from_bytes(data[end + 2:], 'big')


def evidence_key(text):
    name, key_id, material = text.split('+', 2)
    material = base64.b64decode(material)
    must(material[0] == 2 and material[1:28] == SPKI_HEAD + b'\x04' and len(material) == 92, 'no key of P-256')
    must(sha256(material[1:])[:4].hex() == key_id, 'a verifier key that is none')
    point = int.from_bytes(material[28:60], 'big'), int.from_bytes(material[60:], 'big')
    must(max(point) < P256 and (point[1] ** 2 - point[0] ** 3 + 3 * point[0] - B256) % P256 == 0, 'no point of P-256')
    return name, bytes.fromhex(key_id), point


def check_evidence_key(text_of_key, evidence, segments):
    """The checkpoint's line, where there is one, and every entry that this key has signed by itself."""
    name, key_id, point = evidence_key(text_of_key)
    text, origin, _, _, signatures = read_checkpoint(evidence['checkpoint'])
    must(name == origin, 'the key signs for another log')
    lines = [data[4:] for signer, data in signatures if signer == name and data[:4] == key_id]
    for line in lines:
        must(is_p256_signature(point, text.encode(), *der_numbers(line)), "the evidence key's signature of the checkpoint is wrong")
    count = 0
    for segment, found in zip(evidence['segments'], segments):
        for sequence, (leaf, entry, _) in found.items():
            if 'signed' not in entry:
                continue
            data = from_url64(entry['signed'])
            must(len(data) == 68, 'a signature of another length')
            if data[:4] != key_id:
                continue
            statement = (f'energyweb-entry/v1\nlog {origin}\nstream {segment["stream"]}\n'
                         f'sequence {sequence}\nleaf {url64(leaf)}\n')
            r, s = int.from_bytes(data[4:36], 'big'), int.from_bytes(data[36:], 'big')
            must(is_p256_signature(point, statement.encode(), r, s), f'the signature of entry {sequence} is wrong')
            count += 1
    return f'; signed by the evidence key: {"the checkpoint and " if lines else ""}{count} entries'


# --- The file -------------------------------------------------------------------------------------------------------------

def check(evidence, schemas, key, hardware=None):
    must(evidence['evidence'] == 1, 'another version')
    text, origin, size, root, signatures = read_checkpoint(evidence['checkpoint'])
    if key:
        check_signature(key, text, origin, signatures)
    segments = [walk(segment, schemas) for segment in evidence['segments']]
    for segment, found in zip(evidence['segments'], segments):
        index, path = segment['inclusion']['index'], [from_url64(text) for text in segment['inclusion']['path']]
        last = found[max(found)][0]
        must(root_of_path(last, index, size, path) == root, f'the segment at {segment["first"]} is not in the log')
    for tree in evidence['consistency']:
        old = from_url64(tree['root'])
        path = [from_url64(text) for text in tree['path']]
        must(roots_of_consistency(tree['size'], old, size, path) == (old, root), f'not a beginning: {tree["size"]} entries')
    for digest, raw in evidence.get('raw', {}).items():
        must(url64(sha256(from_url64(raw['bytes']))) == digest, 'raw bytes that are not those')
    check_claim(evidence['claim'], segments[0])
    by_hardware = check_evidence_key(hardware, evidence, segments) if hardware else ''
    entries = sum(len(found) for found in segments)
    certified = ''.join(f'; {said}' for said in certified_of(segments, evidence['segments']))
    return f'{entries} entries in {len(segments)} segments, checkpoint of {size} entries by {origin}{certified}{by_hardware}'


def certified_of(segments, given):
    """What certificates of each contract stand for, and whether that is more than the first segment's totals rose by."""
    stream, main = given[0]['stream'], segments[0]
    states = {}
    for found, segment in zip(segments, given):
        for sequence, (_, entry, document) in found.items():
            if segment['stream'] == stream and entry.get('schema') == 'certificate/1' and document:
                states[sequence] = document
    newest = {}
    for _, document in sorted(states.items()):
        newest[tuple(document.get(name) for name in ('ledger', 'chainId', 'contract', 'certificate'))] = document
    start = min(main)
    totals = [(sequence, int(document['total'])) for sequence, (_, entry, document) in sorted(main.items())
              if entry['kind'] not in ('receipt', 'gap', 'hold', 'note', 'erasure') and document and document.get('total')]
    before = 0 if start == 0 else totals[0][1] if totals and totals[0][0] == start else None
    if before is None:
        return
    sums = {}
    for key, document in sorted(newest.items(), key=lambda item: int(item[1].get('last') or -1)):
        if document.get('state') == 'revoked' or None in (document.get('first'), document.get('last'), document.get('energy')):
            continue
        first, last = int(document['first']), int(document['last'])
        if first < (0 if start == 0 else start + 1) or last > max(main):
            continue
        total = [total for sequence, total in totals if sequence <= last]
        sums[key[:3]] = sums.get(key[:3], 0) + int(document['energy'])
        risen = (total[-1] if total else before) // 3_600_000 - before // 3_600_000
        beyond = ', more was certified than was counted' if sums[key[:3]] > risen else ''
        yield f'certified by {key[0]} up to entry {last}: {sums[key[:3]]} of {risen} Wh{beyond}'


def check_claim(claim, found):
    """Energy of a counter's period: the register's total at its end less that at its start."""
    rows = [(entry['kind'], document) for _, entry, document in found.values() if document]
    values = [document for kind, document in rows if kind in ('reading', 'revision')]
    if claim['energy'] is None or any(document.get('kind') == 'interval' for document in values):
        return
    if claim['from'] == claim['to']:
        return

    def place(time):
        return 'before' if time <= claim['from'] else 'within' if time <= claim['to'] else 'after'

    start, last, held, settled = None, None, {}, next(iter(found.values()))[1]['kind'] == 'opening'
    for kind, document in rows:
        total = document.get('total')
        if kind in ('reading', 'revision'):
            where = place(document['measuredAt'])
            if document['status'] != 'counted':
                if document['status'] != 'late':
                    held[document['measuredAt']] = where
                continue
            if kind == 'reading':
                held, settled = {}, True
                if where == 'after':
                    break
        elif kind == 'opening':
            where = 'before'
        elif kind in ('release', 'write-off', 'reset', 'rollover', 'swap'):
            where = None
            if total is not None and int(total) != last:
                places = set(held.values())
                must(settled and len(places) == 1, 'an operator counts readings on two sides of a border')
                where = places.pop()
                if where == 'after':
                    break
            if document.get('readings') == str(len(held)) and document.get('dropped') == '0':
                held = {}
        else:
            continue
        last = int(total) if total is not None else last
        start = last if where == 'before' else start
    must(start is not None, 'nothing says what the total was before')
    must(last - start == int(claim['energy']), f'the claim is {claim["energy"]} mJ, the entries say {last - start}')


def members(pairs):
    must(len(dict(pairs)) == len(pairs), 'a member that is there twice')
    return dict(pairs)


def verdict(path, schemas, key, hardware):
    try:
        with open(path, encoding='utf-8') as file:
            return 'good', check(json.load(file, object_pairs_hook=members), schemas, key, hardware)
    except Wrong as error:
        return 'wrong', str(error)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        return 'wrong', f'not an evidence file: {error!r}'


documents = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'docs', 'evidence.documents.json')


def key_text(given):
    """A verifier key, as a text or in a file. What is none says nothing about the evidence."""
    if given.count('+') < 2 and os.path.exists(given):
        with open(given, encoding='utf-8') as file:
            given = file.readline().strip()
    if not re.fullmatch(r'[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+={0,2}', given):
        raise argparse.ArgumentTypeError(f'{given[:100]!r} is no verifier key: a name, an id of 8 hex digits and base64, with + between')
    return given


def main():
    parser = argparse.ArgumentParser(description='Checks evidence files by docs/evidence.md alone.')
    parser.add_argument('--schemas', default=documents, help='default docs/evidence.documents.json of this repository')
    parser.add_argument('--key', type=key_text, help='verifier key of the log, or a file with it; without it no signature is checked')
    parser.add_argument('--evidence-key', type=key_text, help='verifier key of P-256 whose signatures are checked, too, or a file with it')
    parser.add_argument('files', nargs='+')
    given = parser.parse_args()
    try:
        with open(given.schemas, encoding='utf-8') as file:
            schemas = json.load(file)
        found = [verdict(path, schemas, given.key, given.evidence_key) for path in given.files]
    except OSError as error:
        parser.error(f'{error.filename} can not be read: {error.strerror}')
    for path, (word, why) in zip(given.files, found):
        print(f'{word}: {path}: {why}')
    sys.exit(any(word == 'wrong' for word, _ in found))


if __name__ == '__main__':
    main()
