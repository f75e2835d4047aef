"""Asks a witness with raw bytes: Python's standard library for hashes and HTTP, OpenSSL for every signature.

client.py FOLDER key NAME                       makes the log's key in FOLDER, prints its verifier key
client.py FOLDER ask URL WITNESS_VKEY SIZE OLD [MARK]   prints the status, and what OpenSSL says of the cosignature
"""

import base64
import hashlib
import http.client
import pathlib
import struct
import subprocess
import sys
import urllib.parse

DASH = "\u2014"


def openssl(*words):
    return subprocess.run(["openssl", *words], capture_output=True)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def split_of(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root(leaves):
    """RFC 6962, section 2.1"""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return sha256(b"\0", leaves[0])
    k = split_of(len(leaves))
    return sha256(b"\1", root(leaves[:k]), root(leaves[k:]))


def proof(m, leaves, whole=True):
    """RFC 6962, section 2.1.2"""
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = split_of(len(leaves))
    if m <= k:
        return proof(m, leaves[:k], whole) + [root(leaves[k:])]
    return proof(m - k, leaves[k:], False) + [root(leaves[:k])]


def b64(data):
    return base64.b64encode(data).decode()


def key_id(name, kind, public):
    return sha256(name.encode(), b"\n", bytes([kind]), public)[:4]


def make_key(folder, name):
    secret, public = str(folder / "key.pem"), str(folder / "public.der")
    openssl("genpkey", "-algorithm", "ed25519", "-out", secret)
    openssl("pkey", "-in", secret, "-pubout", "-outform", "DER", "-out", public)
    raw = (folder / "public.der").read_bytes()[-32:]
    (folder / "name").write_text(name)
    (folder / "raw").write_bytes(raw)
    print(f"{name}+{key_id(name, 1, raw).hex()}+{b64(bytes([1]) + raw)}")


def sign(folder, text):
    (folder / "text").write_bytes(text)
    words = ["pkeyutl", "-sign", "-rawin", "-inkey", str(folder / "key.pem"), "-in", str(folder / "text")]
    return openssl(*words).stdout


def verify(folder, public, text, signature):
    prefix = bytes.fromhex("302a300506032b6570032100")
    for name, data in (("w.der", prefix + public), ("w.text", text), ("w.sig", signature)):
        (folder / name).write_bytes(data)
    words = ["pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", str(folder / "w.der")]
    done = openssl(*words, "-in", str(folder / "w.text"), "-sigfile", str(folder / "w.sig"))
    return done.returncode == 0


def ask(folder, url, vkey, size, old, mark="leaf"):
    name, raw = (folder / "name").read_text(), (folder / "raw").read_bytes()
    leaves = [f"{mark} {i}".encode() for i in range(size)]
    text = f"{name}\n{size}\n{b64(root(leaves))}\n".encode()
    line = f"{DASH} {name} {b64(key_id(name, 1, raw) + sign(folder, text))}\n".encode()
    hashes = proof(old, leaves) if 0 < old <= size else []
    head = f"old {old}\n" + "".join(b64(h) + "\n" for h in hashes) + "\n"
    address = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    connection.request("POST", address.path + "/add-checkpoint", head.encode() + text + b"\n" + line)
    response = connection.getresponse()
    answer = response.read()
    if response.status != 200:
        print(response.status, response.getheader("content-type"), answer.decode().strip())
        return
    witness, _, material = vkey.split("+", 2)
    public = base64.b64decode(material)[1:]
    dash, shown, data = answer.decode().rstrip("\n").split(" ")
    data = base64.b64decode(data)
    known = (dash, shown, data[:4]) == (DASH, witness, key_id(witness, 4, public))
    (at,) = struct.unpack(">Q", data[4:12])
    message = b"cosignature/v1\ntime " + str(at).encode() + b"\n" + text
    good = verify(folder, public, message, data[12:])
    bad = verify(folder, public, message + b"\n", data[12:])
    print(200, len(data), "known" if known else "unknown", "verified" if good and not bad else "wrong")


folder = pathlib.Path(sys.argv[1])
if sys.argv[2] == "key":
    make_key(folder, sys.argv[3])
else:
    ask(folder, sys.argv[3], sys.argv[4], int(sys.argv[5]), int(sys.argv[6]), *sys.argv[7:8])
