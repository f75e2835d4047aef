import { p256 } from '@noble/curves/nist.js'
import { concatBytes, fromBase64url, toBase64url, utf8 } from '../../src/core/bytes.ts'
import { p256Spki } from '../../src/core/p256-spki.ts'
import { derOf, ecdsaKeyOf } from '../../src/proof/ecdsa-key.ts'
import { entryStatement, type SignedEntry } from '../../src/proof/entry-statement.ts'
import { type Evidence, encodeEvidence, type Verification } from '../../src/proof/evidence/index.ts'
import { Rebuilder } from '../../src/proof/evidence/rebuild.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'
import { addSignatures, parseNote } from '../../src/proof/signed-note.ts'
import { formatVerifierKey } from '../../src/proof/verifier-key.ts'
import { withEntry } from './edits.ts'
import { erased } from './evil-register.ts'
import { MemoryLog } from './memory-log.ts'
import { goodFile } from './scenarios.ts'

/*
 * Files whose readings a key of hardware has signed one by one, or is said to have. All but the signatures is as good as in the file
 * without any.
 */

/** A signed file, and what a verifier who trusts the log key and the evidence key must make of it. */
export interface SignedVector {
  readonly name: string
  readonly file: string
  readonly verdict: Verification['verdict']
  /** The verdict of who asks for the signature of each reading. */
  readonly each: Verification['verdict']
  /** How many readings of the period are told to be signed; 0 in a file that can't be read. */
  readonly signed: number
}

const secrets = { own: new Uint8Array(32).fill(3), other: new Uint8Array(32).fill(4) }
const { origin, key } = new MemoryLog()
const order = p256.Point.CURVE().n

function keyOf(secret: Uint8Array) {
  return ecdsaKeyOf(origin, p256Spki(p256.getPublicKey(secret, false)))
}

/** What a verifier is told from outside. */
export const trusted = { key, evidenceKey: formatVerifierKey(keyOf(secrets.own)) }

/** r || s, the same whenever it is made. */
function numbersOf(message: Uint8Array, by: Uint8Array = secrets.own): Uint8Array {
  return p256.sign(message, by, { lowS: true })
}

function signedBy(numbers: Uint8Array, id = keyOf(secrets.own).id): { readonly signed: string } {
  return { signed: toBase64url(concatBytes(id, numbers)) }
}

/** What is signed of the entries of the first segment, by their place in it. */
function placesOf(evidence: Evidence): readonly (SignedEntry & { readonly kind: string })[] {
  const [segment] = evidence.segments
  if (segment === undefined) throw new Error('a file without segments')
  const { entries } = new Rebuilder(nobleHashes).rebuild(segment, 0)
  return entries.map(({ stream, sequence, leaf, kind }) => {
    return { stream, sequence, leaf: fromBase64url(leaf ?? ''), kind }
  })
}

function withLine(evidence: Evidence, by = secrets.own): Evidence {
  const { checkpoint } = evidence
  const { name, id: keyId } = keyOf(secrets.own)
  const signature = derOf(numbersOf(utf8(parseNote(checkpoint).text), by)) ?? new Uint8Array()
  return { ...evidence, checkpoint: addSignatures(checkpoint, [{ name, keyId, signature }]) }
}

/** Each value of the first segment signed, shown or not. */
function withSignatures(evidence: Evidence): Evidence {
  return placesOf(evidence).reduce(
    (file, place, i) =>
      place.kind === 'reading'
        ? withEntry(file, i, signedBy(numbersOf(entryStatement(origin, place))))
        : file,
    evidence,
  )
}

/** All vectors; they come out the same whenever they are made. */
export async function signedVectors(): Promise<readonly SignedVector[]> {
  const good = await goodFile()
  const signed = withSignatures(good)
  const whole = withLine(signed)
  const count = good.claim.readings
  const places = placesOf(good)
  const readings = places.flatMap(({ kind }, i) => (kind === 'reading' ? [i] : []))
  // The two in the middle lie within the period.
  const [first = 0, second = 0] = readings.slice(1, 3)
  const sealed = good.segments[0]?.entries.findIndex(entry => 'sealed' in entry) ?? -1
  const place = places[first] ?? { stream: '', sequence: 0, leaf: new Uint8Array(32), kind: '' }
  const statement = (changes: Partial<SignedEntry> = {}, of = origin) =>
    entryStatement(of, { ...place, ...changes })
  const own = numbersOf(statement())
  const other = numbersOf(entryStatement(origin, places[second] ?? place))
  const [r, s] = [big(own.subarray(0, 32)), big(own.subarray(32))]
  const put = (change: object, at = first) => withEntry(whole, at, change)
  const refuted = (name: string, evidence: Evidence, told = count - 1): SignedVector => {
    return { name, file: encodeEvidence(evidence), verdict: 'refuted', each: 'refuted', signed: told }
  }
  const malformed = (name: string, file: string): SignedVector => {
    return { name, file, verdict: 'refuted', each: 'refuted', signed: 0 }
  }
  const proven = (name: string, evidence: Evidence): SignedVector => {
    return { name, file: encodeEvidence(evidence), verdict: 'proven', each: 'proven', signed: count }
  }
  const text = encodeEvidence(whole)
  const member = `"signed":"${signedBy(own).signed}"`
  const rewritten = (instead: string) => text.replace(member, instead)
  const noLine = { verdict: 'incomplete', each: 'incomplete' } as const
  return [
    proven('every-reading', whole),
    proven('the-other-of-two-s', put(signedBy(numbers(r, order - s)))),
    { ...proven('one-reading-without', withoutMember(whole, first)), each: 'incomplete', signed: count - 1 },
    {
      ...proven(
        'one-by-a-key-that-is-not-asked-for',
        put(signedBy(numbersOf(statement(), secrets.other), keyOf(secrets.other).id)),
      ),
      each: 'incomplete',
      signed: count - 1,
    },
    { ...proven('the-checkpoint-alone', withLine(good)), each: 'incomplete', signed: 0 },
    { ...proven('the-readings-alone', signed), ...noLine },
    refuted('a-signature-of-another-reading', put(signedBy(other))),
    refuted('two-signatures-swapped', withEntry(put(signedBy(other)), second, signedBy(own)), count - 2),
    refuted('a-signature-by-another-key', put(signedBy(numbersOf(statement(), secrets.other)))),
    refuted('a-signature-for-another-log', put(signedBy(numbersOf(statement({}, 'log.example.org/shed'))))),
    refuted(
      'a-signature-for-another-stream',
      put(signedBy(numbersOf(statement({ stream: toBase64url(new Uint8Array(16)) })))),
    ),
    refuted(
      'a-signature-for-another-place',
      put(signedBy(numbersOf(statement({ sequence: place.sequence + 1 })))),
    ),
    refuted('a-signature-of-the-leaf-alone', put(signedBy(numbersOf(place.leaf)))),
    refuted(
      'the-signature-of-the-checkpoint',
      put(signedBy(numbersOf(utf8(parseNote(whole.checkpoint).text)))),
    ),
    refuted('a-bit-of-the-signature', put(signedBy(own.map((byte, i) => (i === 40 ? byte ^ 1 : byte))))),
    refuted('r-and-s-swapped', put(signedBy(numbers(s, r)))),
    refuted('r-negated', put(signedBy(numbers(order - r, s)))),
    refuted('r-zero', put(signedBy(numbers(0n, s)))),
    refuted('s-zero', put(signedBy(numbers(r, 0n)))),
    refuted('both-zero', put(signedBy(new Uint8Array(64)))),
    refuted('r-is-the-order', put(signedBy(numbers(order, s)))),
    refuted('s-is-the-order', put(signedBy(numbers(r, order)))),
    refuted('s-beyond-the-order', put(signedBy(new Uint8Array(64).fill(0xff)))),
    refuted('a-withheld-entry-with-a-signature-of-another', put(signedBy(own), sealed), count),
    refuted('a-checkpoint-signed-by-another-key', withLine(signed, secrets.other), count),
    malformed('a-signature-that-is-cut', encodeEvidence(put({ signed: signedBy(own).signed.slice(0, -1) }))),
    malformed('a-signature-without-its-last-byte', encodeEvidence(put(signedBy(own.subarray(0, 63))))),
    malformed(
      'a-signature-of-a-byte-more',
      encodeEvidence(put(signedBy(concatBytes(own, new Uint8Array(1))))),
    ),
    malformed('a-signature-of-no-bytes', encodeEvidence(put({ signed: '' }))),
    malformed('a-signature-as-der', encodeEvidence(put(signedBy(derOf(own) ?? new Uint8Array())))),
    malformed('a-signature-that-is-there-twice', rewritten(`${member},${member}`)),
    malformed(
      'two-signatures-of-one-reading',
      rewritten(member.replace(':', ':[').concat(`,"${signedBy(other).signed}"]`)),
    ),
    await ofErased(true),
    await ofErased(false),
  ]
}

/** Readings of the period were erased; their signatures stay, as their leaves do. */
async function ofErased(isRight: boolean): Promise<SignedVector> {
  const signed = withSignatures(await erased())
  const file = withLine(signed)
  const at = file.segments[0]?.entries.findIndex(entry => 'signed' in entry && 'sealed' in entry) ?? -1
  if (at < 0) throw new Error('nothing was erased')
  const wrong = signedBy(numbersOf(utf8('another text')))
  return {
    name: isRight ? 'of-erased-readings' : 'a-false-one-of-an-erased-reading',
    file: encodeEvidence(isRight ? file : withEntry(file, at, wrong)),
    verdict: isRight ? 'incomplete' : 'refuted',
    each: isRight ? 'incomplete' : 'refuted',
    signed: signed.claim.readings,
  }
}

function withoutMember(evidence: Evidence, at: number): Evidence {
  const entry = evidence.segments[0]?.entries[at]
  if (entry === undefined) throw new Error(`no entry ${at}`)
  const { signed: _, ...rest } = { signed: '', ...entry }
  return {
    ...evidence,
    segments: evidence.segments.map((segment, i) =>
      i === 0 ? { ...segment, entries: segment.entries.with(at, rest) } : segment,
    ),
  }
}

function big(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

function numbers(...values: readonly bigint[]): Uint8Array {
  const bytes = values.map(value =>
    Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * (31 - i))) & 0xffn)),
  )
  return concatBytes(...bytes)
}

/** One line of `signed/manifest.json`. */
export interface SignedManifestLine extends Omit<SignedVector, 'name' | 'file'> {
  readonly file: string
}

export interface SignedManifest {
  readonly key: string
  readonly evidenceKey: string
  readonly files: readonly SignedManifestLine[]
}

/** All files of the folder by name, and what stands in its manifest. */
export async function makeSignedFolder(): Promise<{
  readonly manifest: string
  readonly files: ReadonlyMap<string, string>
}> {
  const vectors = await signedVectors()
  const fileOf = ({ name }: SignedVector) => `${name}.evidence.json`
  const lines = vectors.map(vector => {
    const { name: _, file: __, ...told } = vector
    return `  ${JSON.stringify({ file: fileOf(vector), ...told })}`
  })
  return {
    manifest: `{"key":"${trusted.key}","evidenceKey":"${trusted.evidenceKey}","files":[\n${lines.join(',\n')}\n]}\n`,
    files: new Map(vectors.map(vector => [fileOf(vector), vector.file])),
  }
}
