import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, fromHex, utf8 } from '../core/bytes.ts'
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { cosignatureMessage, cosignatureOf, verifyCosignatures } from './cosignature.ts'
import { ecdsaKeyOf, parseAnyVerifierKey } from './ecdsa-key.ts'
import { leafHash, merkleRoot } from './merkle.ts'
import { consistencyPath, inclusionPath, type NodeLookup } from './merkle-proof.ts'
import { type ProofFailure, proofFailure } from './proof-failure.ts'
import { formatNote, parseNote, verifyNote } from './signed-note.ts'
import { cosignerKeyOf, formatVerifierKey, verifierKeyOf } from './verifier-key.ts'
import { type ConsistencyClaim, verifyConsistency } from './verify-consistency.ts'
import { type InclusionClaim, verifyInclusion } from './verify-inclusion.ts'

const leavesOf = (count: number, salt: number) =>
  Array.from({ length: count }, (_, i) => leafHash(`entry ${i} of ${salt}`))

const lookup =
  (leaves: readonly Uint8Array[]): NodeLookup =>
  (level, index) =>
    merkleRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))

const flipped = (bytes: Uint8Array, bit: number) =>
  bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))

/** Every number that differs from this one in one of its lowest bits. */
const neighbours = (value: number) => Array.from({ length: 12 }, (_, bit) => value ^ (1 << bit))

const tree = fc.record({ size: fc.integer({ min: 1, max: 300 }), pick: fc.nat(), salt: fc.nat() })

/** A claim with one bit changed at a time, of all its hashes. */
function* spoiltHashes(hashes: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  for (const [at, hash] of hashes.entries()) {
    for (let bit = 0; bit < 256; bit++) yield hashes.map((one, i) => (i === at ? flipped(hash, bit) : one))
  }
}

describe('trees', () => {
  test('every inclusion holds, and not with one bit changed of leaf, root, path, index or size', () => {
    fc.assert(
      fc.property(tree, ({ size, pick, salt }) => {
        const leaves = leavesOf(size, salt)
        const index = pick % size
        const [leaf, root] = [leaves[index]!, merkleRoot(leaves)]
        const path = inclusionPath({ index, size }, lookup(leaves))
        const claim: InclusionClaim = { index, size, leaf, path, root }
        expect(verifyInclusion(claim)).toBe(true)
        for (const [spoiltLeaf, spoiltRoot, ...spoiltPath] of spoiltHashes([leaf, root, ...path])) {
          const spoilt = { ...claim, leaf: spoiltLeaf!, root: spoiltRoot!, path: spoiltPath }
          if (verifyInclusion(spoilt)) throw new Error('a changed bit went through')
        }
        for (const other of neighbours(index)) expect(verifyInclusion({ ...claim, index: other })).toBe(false)
      }),
      { numRuns: 5 },
    )
  })

  test('a path of one size shows a leaf in a tree of another only where both have the same nodes on it', () => {
    fc.assert(
      fc.property(tree, ({ size, pick, salt }) => {
        const leaves = leavesOf(size, salt)
        const index = pick % size
        const path = inclusionPath({ index, size }, lookup(leaves))
        const claim = { index, size, leaf: leaves[index]!, path, root: merkleRoot(leaves) }
        for (const other of neighbours(size)) {
          const sameWay = sidesOf(index, other) === sidesOf(index, size)
          expect(verifyInclusion({ ...claim, size: other })).toBe(sameWay)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('every consistency holds, and not with one bit changed of a root or the path', () => {
    fc.assert(
      fc.property(tree, ({ size: to, pick, salt }) => {
        const leaves = leavesOf(to, salt)
        const from = pick % (to + 1)
        const path = consistencyPath({ from, to }, lookup(leaves))
        const [fromRoot, toRoot] = [merkleRoot(leaves.slice(0, from)), merkleRoot(leaves)]
        const claim: ConsistencyClaim = { from, to, path, fromRoot, toRoot }
        expect(verifyConsistency(claim)).toBe(true)
        // Every tree begins with the empty one: nothing of the later one is looked at.
        const hashes = from === 0 ? [fromRoot] : [fromRoot, toRoot, ...path]
        for (const [spoiltFrom, spoiltTo = toRoot, ...spoiltPath] of spoiltHashes(hashes)) {
          const spoilt = { ...claim, fromRoot: spoiltFrom!, toRoot: spoiltTo, path: spoiltPath }
          if (verifyConsistency(spoilt)) throw new Error('a changed bit went through')
        }
      }),
      { numRuns: 5 },
    )
  })

  test('a forked past is found at whatever size it is looked at', () => {
    fc.assert(
      fc.property(tree, fc.nat(), ({ size: to, pick, salt }, place) => {
        const from = (pick % to) + 1
        const honest = leavesOf(to, salt)
        const at = place % from
        const forked = honest.map((leaf, i) => (i === at ? leafHash('rewritten') : leaf))
        const path = consistencyPath({ from, to }, lookup(forked))
        const claim = { from, to, path, fromRoot: merkleRoot(honest.slice(0, from)) }
        expect(verifyConsistency({ ...claim, toRoot: merkleRoot(forked) })).toBe(false)
      }),
      { numRuns: 40 },
    )
  })
})

/** On which side each sibling of the path stands, by the definition of RFC 9162 section 2.1.3.1; undefined outside the tree. */
function sidesOf(index: number, size: number): string | undefined {
  if (index >= size) return undefined
  if (size === 1) return ''
  let split = 1
  while (split * 2 < size) split *= 2
  return index < split ? `${sidesOf(index, split)}r` : `${sidesOf(index - split, size - split)}l`
}

const secret = new Uint8Array(32).fill(7)
const spki = concatBytes(
  fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200'),
  p256.getPublicKey(secret, false),
)
const logKey = verifierKeyOf('log.example', ed25519.getPublicKey(secret))
const hardwareKey = ecdsaKeyOf('hardware.example', spki)
const witnessKey = cosignerKeyOf('witness.example', ed25519.getPublicKey(secret))
const checkpoint = fc
  .record({
    size: fc.maxSafeNat(),
    root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    time: fc.maxSafeNat(),
  })
  .map(({ size, root, time }) => {
    const text = formatCheckpoint({ origin: 'log.example', size, root, extensions: ['more'] })
    return { text, time }
  })

/** Why something was refused; null when it was not. An error without a reason is a defect. */
function failureOf(deed: () => unknown): ProofFailure | null {
  try {
    deed()
    return null
  } catch (error) {
    const failure = proofFailure(error)
    if (failure === undefined) throw error
    return failure
  }
}

/** Each character of a text with one of its lowest 7 bits changed. */
function* spoiltTexts(text: string, step: number): Generator<string> {
  for (let at = 0; at < text.length; at += step) {
    for (let bit = 0; bit < 7; bit++) {
      const changed = String.fromCharCode(text.charCodeAt(at) ^ (1 << bit))
      yield text.slice(0, at) + changed + text.slice(at + 1)
    }
  }
}

describe('notes', () => {
  test('a signed note holds, and not with one bit changed anywhere', () => {
    fc.assert(
      fc.property(checkpoint, fc.constantFrom('ed25519', 'ecdsa'), ({ text }, type) => {
        const key = type === 'ed25519' ? logKey : hardwareKey
        const signature =
          type === 'ed25519'
            ? ed25519.sign(utf8(text), secret)
            : p256.sign(utf8(text), secret, { format: 'der', lowS: false })
        const note = formatNote({ text, signatures: [{ name: key.name, keyId: key.id, signature }] })
        expect(verifyNote(note, [key])).toEqual({ text, signers: [key] })
        for (const spoilt of spoiltTexts(note, 11)) {
          if (failureOf(() => verifyNote(spoilt, [key])) === null) throw new Error(`it holds: ${spoilt}`)
        }
      }),
      { numRuns: 2 },
    )
  })

  test('a cosignature holds, and not with one bit changed anywhere', () => {
    fc.assert(
      fc.property(checkpoint, ({ text, time }) => {
        const { name, id: keyId } = witnessKey
        const signature = ed25519.sign(cosignatureMessage(text, time), secret)
        const note = formatNote({ text, signatures: [cosignatureOf({ name, keyId, time, signature })] })
        expect(verifyCosignatures(note, [witnessKey])).toEqual([{ key: witnessKey, time }])
        for (const spoilt of spoiltTexts(note, 11)) {
          const answer: { holds: boolean } = { holds: false }
          failureOf(() => {
            answer.holds = verifyCosignatures(spoilt, [witnessKey]).length > 0
          })
          if (answer.holds) throw new Error(`it holds: ${spoilt}`)
        }
      }),
      { numRuns: 2 },
    )
  })

  test('whatever is parsed is refused with a reason, or is what our own writer writes', () => {
    const pieces = fc.constantFrom(
      '—',
      ' ',
      '\n',
      '\n\n',
      'log.example',
      '+',
      'AAAAAAA=',
      '0',
      '42',
      '\ud800',
      '\r',
      '=',
    )
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.array(pieces, { maxLength: 30 }).map(parts => parts.join('')),
    )
    fc.assert(
      fc.property(texts, text => {
        failureOf(() => expect(formatNote(parseNote(text))).toBe(text))
        failureOf(() => expect(formatCheckpoint(parseCheckpoint(text))).toBe(text))
        failureOf(() => expect(formatVerifierKey(parseAnyVerifierKey(text))).toBe(text))
      }),
      { numRuns: 2_000 },
    )
  })

  test('keys of every type are read as they are written', () => {
    for (const key of [logKey, hardwareKey, witnessKey]) {
      expect(parseAnyVerifierKey(formatVerifierKey(key))).toEqual(key)
    }
  })
})
