import { decodeBase32, encodeBase32 } from './base32.ts'
import { decodeBase58 } from './base58.ts'
import { concatBytes, equalBytes, fromHex } from './bytes.ts'
import { formatCidV0, parseCidV0 } from './cid.ts'
import { EnergywebError, isEnergywebError } from './errors.ts'

/** What the bytes of a block are: `raw`: themselves; `dag-pb`: a node of a file or a folder of UnixFS. */
export type CidCodec = 'raw' | 'dag-pb'

/** A content identifier of one block: SHA-256 always, as everything that we make and take. */
export interface Cid {
  /** Version 0 is for dag-pb alone, and only a way to write it: the same block has the same digest in both. */
  readonly version: 0 | 1
  readonly codec: CidCodec
  /** SHA-256 of the block, 32 bytes. */
  readonly digest: Uint8Array
}

/** Multicodec codes, each one byte as a varint. */
const codes: Readonly<Record<CidCodec, number>> = { raw: 0x55, 'dag-pb': 0x70 }
const multihashHead = [0x12, 0x20] as const
const digestLength = 32
/** Bytes of a CIDv1 of ours: version, codec, multihash. */
const lengthV1 = 2 + multihashHead.length + digestLength
/** No CID of ours is longer, in any base that is read. */
const longestText = 100

/** CIDv1 of one raw block. */
export function rawCid(digest: Uint8Array): Cid {
  return { version: 1, codec: 'raw', digest }
}

/** The bytes of a CID, as blocks and CAR files carry it. */
export function encodeCid({ version, codec, digest }: Cid): Uint8Array<ArrayBuffer> {
  if (digest.length !== digestLength) {
    throw new EnergywebError('cid-invalid', `a SHA-256 digest has 32 bytes, not ${digest.length}`)
  }
  const head = version === 0 ? multihashHead : [1, codes[codec], ...multihashHead]
  return concatBytes(Uint8Array.from(head), digest)
}

/** The text of a CID: `Qm…` of version 0, `b` and base32 of version 1. */
export function formatCid(cid: Cid): string {
  return cid.version === 0 ? formatCidV0(cid.digest) : `b${encodeBase32(encodeCid(cid))}`
}

/**
 * Reads the bytes of a CID that begins at a place; answers where it ends, too. The bytes are hostile input.
 * @throws EnergywebError `cid-invalid` for another codec or hash function, and where the bytes end early
 */
export function decodeCid(bytes: Uint8Array, at = 0): { readonly cid: Cid; readonly end: number } {
  const given = bytes.subarray(at, at + lengthV1)
  const isV0 = startsWith(given, multihashHead)
  const codec = isV0 ? 'dag-pb' : codecOf(given)
  const head = isV0 ? multihashHead.length : lengthV1 - digestLength
  const digest = Uint8Array.from(given.subarray(head, head + digestLength))
  if (codec === undefined || digest.length !== digestLength) throw notCid(`the bytes at ${at}`)
  return { cid: { version: isV0 ? 0 : 1, codec, digest }, end: at + head + digestLength }
}

function codecOf(bytes: Uint8Array): CidCodec | undefined {
  if (startsWith(bytes, [1, codes.raw, ...multihashHead])) return 'raw'
  return startsWith(bytes, [1, codes['dag-pb'], ...multihashHead]) ? 'dag-pb' : undefined
}

function startsWith(bytes: Uint8Array, head: readonly number[]): boolean {
  return head.every((byte, i) => bytes[i] === byte)
}

/**
 * Reads the text of a CID: version 0 (`Qm…`), and version 1 in base32 (`b…`), base58 (`z…`) or hex (`f…`), strictly. The text
 * is hostile input: a `Qm` around a SHA-1, as old chains of files have it, is none.
 * @throws EnergywebError `cid-invalid`
 *
 * @example
 * parseCid('bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e').codec // 'raw'
 */
export function parseCid(text: string): Cid {
  if (text.startsWith('Qm')) return { version: 0, codec: 'dag-pb', digest: parseCidV0(text) }
  const bytes = bytesOf(text)
  const { cid, end } = decodeCid(bytes)
  if (cid.version === 0 || end !== bytes.length) throw notCid(quoted(text))
  return cid
}

function bytesOf(text: string): Uint8Array {
  if (text.length > longestText) throw notCid(quoted(text))
  const body = text.slice(1)
  try {
    if (text.startsWith('b')) return decodeBase32(body)
    if (text.startsWith('z')) return decodeBase58(body)
    if (text.startsWith('f') && /^[0-9a-f]*$/.test(body)) return fromHex(body)
  } catch (cause) {
    if (!isEnergywebError(cause, 'argument-invalid') && !isEnergywebError(cause, 'base58-invalid'))
      throw cause
    throw notCid(quoted(text), cause)
  }
  throw notCid(quoted(text))
}

/** True when both name the same bytes, read the same way. */
export function sameCid(a: Cid, b: Cid): boolean {
  return a.codec === b.codec && equalBytes(a.digest, b.digest)
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text)
}

function notCid(what: string, cause?: unknown): EnergywebError {
  return new EnergywebError('cid-invalid', `${what} is no CID that is understood here`, {
    hint: 'Taken are SHA-256 CIDs of raw and dag-pb blocks: Qm…, bafkrei…, bafybei….',
    cause,
  })
}
