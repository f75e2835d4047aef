import { fromUtf8 } from '../../core/bytes.ts'
import { entryKinds } from '../../core/entry.ts'
import { formatInstant, parseInstant } from '../../core/time.ts'
import { attempt } from './attempt.ts'
import { encodeEvidence } from './encode-evidence.ts'
import { usualCid, usualSchema } from './entry-form.ts'
import {
  type Evidence,
  type EvidenceAnchor,
  type EvidenceClaim,
  type EvidenceConsistency,
  type EvidenceEntry,
  type EvidenceRaw,
  type EvidenceSegment,
  evidenceVersion,
} from './evidence.ts'
import { EvidenceInvalid } from './evidence-invalid.ts'
import { type JsonValue, readJson } from './json-reader.ts'
import { count, list, malformed, object, objectAt, oneOf, orNull, record, type Shape, text } from './shape.ts'

/** More than a year of readings every five minutes with receipts; what is larger is not read at all. */
export const longestEvidence = 256 * 1024 * 1024

// Unused bits of the last digit are zero: bytes have one text only.
const hash = text('base64url of 32 bytes', /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/)
const streamId = text('base64url of 16 bytes', /^[A-Za-z0-9_-]{21}[AQgw]$/)
const bytes = text(
  'base64url',
  /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$/,
)
const decimal = text('a whole number as text', /^(?:0|-?[1-9]\d{0,79})$/)
const natural = text('a whole number as text', /^(?:0|[1-9]\d{0,79})$/)
const account = text('0x and 40 hex digits', /^0x[0-9a-fA-F]{40}$/)
const word = text('0x and 64 hex digits', /^0x[0-9a-fA-F]{64}$/)
const note = text()

const instant: Shape<string> = (value, place) => {
  const isTime = (given: string) =>
    attempt(
      () => formatInstant(parseInstant(given)) === given,
      () => false,
    )
  if (typeof value === 'string' && isTime(value)) return value
  throw malformed(place, 'a time in UTC with three decimals')
}

const fieldValue: Shape<string | boolean | null> = (value, place) => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  throw malformed(place, 'a text, true, false or null')
}

const head = { at: instant, kind: oneOf(entryKinds) }
const further = {
  schema: text('a schema', /^[a-z][a-z-]*\/[1-9]\d{0,3}$/),
  signed: text('base64url of 68 bytes', /^[A-Za-z0-9_-]{90}[AEIMQUYcgkosw048]$/),
}
const whole = object(
  { ...head, document: record(fieldValue), seed: hash },
  { ...further, commitment: oneOf(['document']) },
)
const shown = object(
  { ...head, shown: record(object({ value: fieldValue, salt: text() })), hidden: list(hash) },
  further,
)
const sealed = object({ ...head, sealed: commitment }, further)

function commitment(value: JsonValue | undefined, place: string): { fields: string } | { hash: string } {
  const given = objectAt(value, place)
  return given.fields === undefined ? object({ hash })(given, place) : object({ fields: hash })(given, place)
}

const entry: Shape<EvidenceEntry> = (value, place) => {
  const given = objectAt(value, place)
  const form = given.document !== undefined ? whole : given.shown !== undefined ? shown : sealed
  const read = form(given, place)
  if (read.schema === usualSchema(read.kind)) throw extra(`${place}.schema`)
  if (
    'document' in read &&
    read.document.cid !== undefined &&
    read.document.cid === usualCid(read.document.raw)
  ) {
    throw extra(`${place}.document.cid`)
  }
  return read
}

function extra(place: string): EvidenceInvalid {
  return new EvidenceInvalid('not-canonical', `${place} must be left out where it is the usual one`)
}

const segment: Shape<EvidenceSegment> = object<EvidenceSegment>({
  stream: streamId,
  first: count,
  previous: orNull(hash),
  entries: list(entry),
  inclusion: object({ index: count, path: list(hash) }),
})

const filledSegment: Shape<EvidenceSegment> = (value, place) => {
  const read = segment(value, place)
  if (read.entries.length === 0) throw malformed(`${place}.entries`, 'at least one entry')
  if ((read.first === 0) !== (read.previous === null))
    throw malformed(`${place}.previous`, 'null at 0 and only there')
  if (!Number.isSafeInteger(read.first + read.entries.length))
    throw malformed(`${place}.first`, 'a place in a stream')
  return read
}

const claim: Shape<EvidenceClaim> = object<EvidenceClaim>({
  asset: text(),
  channel: oneOf(['import', 'export']),
  devices: list(object({ manufacturer: orNull(text()), model: orNull(text()), serial: orNull(text()) })),
  from: instant,
  to: instant,
  readings: count,
  energy: orNull(decimal),
})

const anchor: Shape<EvidenceAnchor> = object<EvidenceAnchor>({
  chainId: natural,
  contract: account,
  account,
  log: word,
  size: count,
  root: hash,
  transaction: word,
  block: natural,
  blockHash: word,
  logIndex: count,
})

const consistency: Shape<EvidenceConsistency> = object<EvidenceConsistency>({
  size: count,
  root: hash,
  path: list(hash),
})

const file = object<Omit<Evidence, 'raw'>, { raw: Readonly<Record<string, EvidenceRaw>> }>(
  {
    evidence: version,
    made: object({ at: instant, by: text() }),
    claim,
    checkpoint: text(),
    key: text(),
    segments: list(filledSegment),
    consistency: list(consistency),
    anchors: list(anchor),
    notes: list(note),
  },
  { raw: record(object({ mediaType: text(), bytes })) },
)

function version(value: JsonValue | undefined): typeof evidenceVersion {
  if (value === evidenceVersion) return value
  throw new EvidenceInvalid(
    'version-unknown',
    `the file is of version ${JSON.stringify(value)?.slice(0, 40)} of the format, and this verifier knows ${evidenceVersion}`,
  )
}

/**
 * Reads an evidence file, strictly: what `encodeEvidence` writes and nothing else. Nothing of it is believed yet.
 * @throws EvidenceInvalid with the code of what is wrong.
 */
export function decodeEvidence(given: string | Uint8Array): Evidence {
  if (given.length > longestEvidence) {
    throw new EvidenceInvalid('too-large', `the file is larger than ${longestEvidence} bytes`)
  }
  const source = typeof given === 'string' ? given : decodeText(given)
  const value = objectAt(readJson(withBeginning(source)), '')
  // Of another version nothing else can be said.
  if (value.evidence !== undefined) version(value.evidence)
  const evidence = file(value, '')
  const { from, to } = evidence.claim
  if (from > to) throw malformed('claim.to', 'an instant that is not before claim.from')
  if (evidence.segments.length === 0) throw malformed('segments', 'at least one segment')
  const canonical = encodeEvidence(evidence)
  if (canonical !== source) throw notCanonical(source, canonical)
  return evidence
}

function decodeText(given: Uint8Array): string {
  try {
    return fromUtf8(given)
  } catch (cause) {
    throw new EvidenceInvalid('not-utf8', 'the file is not UTF-8 text', cause)
  }
}

/** Says by name what people meet, before the reader complains of a character that nobody sees. */
function withBeginning(source: string): string {
  if (source === '') throw new EvidenceInvalid('not-json', 'the file is empty')
  if (source.startsWith('\ufeff')) {
    throw new EvidenceInvalid(
      'not-json',
      'the file begins with a byte order mark, which an editor has put there',
    )
  }
  return source
}

function notCanonical(source: string, canonical: string): EvidenceInvalid {
  let at = 0
  while (at < source.length && source.charCodeAt(at) === canonical.charCodeAt(at)) at += 1
  return new EvidenceInvalid(
    'not-canonical',
    `the file is not written as it must be, from character ${at} on: ${howRewritten(source, canonical)}`,
  )
}

/** What was done to a text that says the same as the canonical one. */
function howRewritten(source: string, canonical: string): string {
  if (source.replaceAll('\r\n', '\n') === canonical) {
    return 'its line ends are CR LF, as a mail program or an editor writes them'
  }
  if (`${source}\n` === canonical) return 'the line feed at its end is gone'
  return 'it says the same as evidence would, in a form that another program or an editor gave it'
}
