import { z } from 'zod'
import { canonicalJson } from '../../core/canonical-json.ts'

/**
 * What our requests say beyond period and device: how much, and by what it can be checked. Public for ever, so nothing
 * personal stands here.
 */
export interface RequestMetadata {
  /** Wh that the register rose by in the period: what is asked for. */
  readonly energy: bigint
  /** Wh of all requests for this device, this one included: the register's whole Wh, less what it began with. */
  readonly total: bigint
  /** Sequences of the first and the last entry of the asset's stream that it stands for. */
  readonly first: number
  readonly last: number
  /** Merkle root (RFC 9162) over the leaf hashes of these entries: base64url of 32 bytes, as in evidence files. */
  readonly root: string
  /** Origin line of the log's checkpoints: whose log it is, where that has a name. */
  readonly origin?: string
  /** CID of the evidence file, where the request was made from one. */
  readonly evidence?: string
  /** CID of the raw bytes of the last entry, or of its record, where the asset lets it be published. */
  readonly raw?: string
  readonly document?: string
}

const version = 1

/** The metadata as text: canonical JSON, so that one request has one text. */
export function encodeRequestMetadata(metadata: RequestMetadata): string {
  const { energy, total, first, last, root, origin, evidence, raw, document } = metadata
  return canonicalJson({
    energyweb: version,
    energy: String(energy),
    total: String(total),
    first,
    last,
    root,
    origin,
    evidence,
    raw,
    document,
  })
}

// At most what a uint256 holds.
const wholeWh = z
  .string()
  .regex(/^(0|[1-9]\d{0,76})$/)
  .transform(text => BigInt(text))
const sequence = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

// CIDv1 of one raw block, in base32.
const cid = z.string().regex(/^bafkrei[a-z2-7]{52}$/)

const ours = z.strictObject({
  energyweb: z.literal(version),
  energy: wholeWh,
  total: wholeWh,
  first: sequence,
  last: sequence,
  root: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  origin: z.string().max(1_000).exactOptional(),
  evidence: z.string().max(200).exactOptional(),
  raw: cid.exactOptional(),
  document: cid.exactOptional(),
})

/** Reads metadata, which anybody may have written; undefined when it is not of this form, to the letter. */
export function decodeRequestMetadata(text: string): RequestMetadata | undefined {
  // Longest members together; what is longer is not parsed at all.
  if (text.length > 2_000) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const read = ours.safeParse(value)
  if (!read.success) return undefined
  const { energyweb: _, ...metadata } = read.data
  const isOurs = metadata.first <= metadata.last && metadata.energy <= metadata.total
  return isOurs && encodeRequestMetadata(metadata) === text ? metadata : undefined
}
