import { z } from 'zod'
import { carriedName } from '../carried-name.ts'
import { contractAddress } from '../kit-helpers.ts'

/** What a ledger of the kind `issuer` has of its own. */
export const issuerOptions = z.strictObject({
  issuer: contractAddress('the Issuer contract; behind a proxy the address of that'),
  registry: contractAddress('the registry that it must issue to; default whichever it issues to').optional(),
})

/** What a report line to it has of its own. */
export const issuerLine = z.strictObject({
  deviceId: z
    .string()
    .min(1)
    .max(128)
    .meta({ description: 'the plant as the issuer knows it; public for ever' }),
  owner: contractAddress(
    'the account that the certificates become the property of; default that of `key`',
  ).optional(),
  senders: z.array(contractAddress('an account')).max(16).optional().meta({
    description:
      'accounts that asked for this plant before, as with an earlier key: what they asked for is not asked for again',
  }),
  carries: carriedName('in the metadata of a request, of the last entry that it stands for'),
})

export type IssuerOptions = z.output<typeof issuerOptions>
export type IssuerLine = z.output<typeof issuerLine>
