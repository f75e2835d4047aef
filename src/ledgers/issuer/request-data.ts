import { decodeAbiParameters, encodeAbiParameters, type Hex, parseAbiParameters } from 'viem'
import { EnergywebError } from '../../core/errors.ts'
import type { Instant } from '../../core/time.ts'

/** What a request asks a certificate for, as the Issuer keeps it: four values, ABI-encoded. */
export interface RequestData {
  /** Start of the generation, included, and its end, not included: seconds since 1970. */
  readonly generationStart: bigint
  readonly generationEnd: bigint
  readonly deviceId: string
  /** Free text; ours is {@link RequestMetadata} as canonical JSON. */
  readonly metadata: string
}

const parameters = parseAbiParameters(
  'uint256 generationStart, uint256 generationEnd, string deviceId, string metadata',
)

/** A request's bytes, 0x and hex digits. */
export function encodeRequestData(data: RequestData): Hex {
  const { generationStart, generationEnd, deviceId, metadata } = data
  return encodeAbiParameters(parameters, [generationStart, generationEnd, deviceId, metadata])
}

/**
 * Reads a request's bytes, which anybody may have written; undefined when they are something else. Only what
 * {@link encodeRequestData} would write counts: two texts for one request would be two identities.
 */
export function decodeRequestData(bytes: string): RequestData | undefined {
  if (!/^0x([0-9a-f]{2})*$/i.test(bytes)) return undefined
  const given = `0x${bytes.slice(2).toLowerCase()}` as const
  let data: RequestData
  try {
    const [generationStart, generationEnd, deviceId, metadata] = decodeAbiParameters(parameters, given)
    data = { generationStart, generationEnd, deviceId, metadata }
  } catch {
    // Whatever viem says of them: they are not these four values.
    return undefined
  }
  return encodeRequestData(data) === given ? data : undefined
}

/** Seconds since 1970 of an instant. @throws EnergywebError `argument-invalid` for one that is no whole second */
export function epochSeconds(instant: Instant): bigint {
  if (instant % 1_000 === 0) return BigInt(instant / 1_000)
  throw new EnergywebError('argument-invalid', `${new Date(instant).toISOString()} is not a whole second`)
}
