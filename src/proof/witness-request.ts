import { fromBase64, toBase64 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'

/** What a log asks of a witness (C2SP tlog-witness, `add-checkpoint`). */
export interface WitnessRequest {
  /** Size of the tree that the log believes the witness to know; 0 for none. */
  readonly oldSize: number
  /** Consistency path from there to the checkpoint's tree, 32 bytes each. */
  readonly proof: readonly Uint8Array[]
  /** The signed checkpoint. */
  readonly note: string
}

/** Most hashes of a proof: a tree of 2^63 leaves needs no more. */
const longestWitnessProof = 63

/** What our witness says, with 403, to a log that has signed two trees of one size: the protocol has no number for it. */
export const twoFaces = 'this log has signed two trees of one size: nothing is cosigned until it is decided'

/** A size as such requests write it: decimal, without leading zeros. */
const sizePattern = /^(?:0|[1-9]\d{0,15})$/

function malformed(why: string, cause?: unknown): EnergywebError {
  return new EnergywebError(
    'note-invalid',
    `not a request to a witness: ${why}`,
    cause === undefined ? {} : { cause },
  )
}

/** Writes the body of a request. */
export function formatWitnessRequest({ oldSize, proof, note }: WitnessRequest): string {
  return `old ${oldSize}\n${proof.map(hash => `${toBase64(hash)}\n`).join('')}\n${note}`
}

/**
 * Reads the body of a request, which is hostile; the checkpoint in it is not looked at.
 * @throws EnergywebError `note-invalid`
 */
export function parseWitnessRequest(body: string): WitnessRequest {
  // The first empty line ends the head: no line of it may be empty, and the note has one of its own later.
  const split = body.indexOf('\n\n')
  if (split < 0) throw malformed('no empty line before the checkpoint')
  const [first = '', ...hashes] = body.slice(0, split).split('\n', longestWitnessProof + 2)
  if (hashes.length > longestWitnessProof) throw malformed(`more than ${longestWitnessProof} hashes`)
  if (!first.startsWith('old ')) throw malformed('it does not begin with the old size')
  return {
    oldSize: parseSize(first.slice('old '.length)),
    proof: hashes.map(parseHash),
    note: body.slice(split + 2),
  }
}

function parseSize(text: string): number {
  const size = Number(text)
  if (!sizePattern.test(text) || !Number.isSafeInteger(size)) throw malformed('the old size')
  return size
}

/**
 * The size of the tree that a witness knows, as it says with 409: decimal and a line feed.
 * @throws EnergywebError `note-invalid`
 */
export function parseWitnessSize(body: string): number {
  if (!body.endsWith('\n')) throw malformed('the size of the witness does not end with a line feed')
  return parseSize(body.slice(0, -1))
}

function parseHash(line: string): Uint8Array {
  const hash = decodeHash(line)
  if (hash.length !== 32) throw malformed('a hash that does not have 32 bytes')
  return hash
}

function decodeHash(line: string): Uint8Array {
  try {
    return fromBase64(line)
  } catch (cause) {
    throw malformed('a hash in wrong base64', cause)
  }
}
