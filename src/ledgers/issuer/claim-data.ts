import { decodeAbiParameters, encodeAbiParameters, type Hex, parseAbiParameters } from 'viem'
import { z } from 'zod'

/** For whom, where and what for a certificate is used up. Public for ever. */
export interface ClaimData {
  readonly beneficiary: string
  readonly location: string
  /** Two letters of ISO 3166-1. */
  readonly countryCode: string
  /** Times in ISO 8601. */
  readonly periodStartDate: string
  readonly periodEndDate: string
  readonly purpose: string
}

const parameters = parseAbiParameters('string claim')

/** Claim data as the readers of these certificates expect it: a text of JSON, ABI-encoded. */
export function encodeClaimData(claim: ClaimData): Hex {
  const { beneficiary, location, countryCode, periodStartDate, periodEndDate, purpose } = claim
  // This order of members, which other readers may compare as text.
  const text = JSON.stringify({
    beneficiary,
    location,
    countryCode,
    periodStartDate,
    periodEndDate,
    purpose,
  })
  return encodeAbiParameters(parameters, [text])
}

const claimed = z.object({
  beneficiary: z.string(),
  location: z.string(),
  countryCode: z.string(),
  periodStartDate: z.string(),
  periodEndDate: z.string(),
  purpose: z.string(),
})

/** Reads claim data, which anybody may have written; undefined when it is something else. */
export function decodeClaimData(bytes: string): ClaimData | undefined {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(bytes)) return undefined
  try {
    const [text] = decodeAbiParameters(parameters, `0x${bytes.slice(2)}`)
    return claimed.safeParse(JSON.parse(text)).data
  } catch {
    // Not one text, or not JSON: somebody else's form.
    return undefined
  }
}
