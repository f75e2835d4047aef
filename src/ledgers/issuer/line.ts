import { z } from 'zod'
import { carriedName } from '../carried-name.ts'

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'an address is 0x and 40 hex digits')
  .transform(text => text.toLowerCase())

/** What a ledger of the kind `issuer` has of its own. */
export const issuerOptions = z.strictObject({
  issuer: address.meta({ description: 'the Issuer contract; behind a proxy the address of that' }),
  registry: address
    .optional()
    .meta({ description: 'the registry that it must issue to; default whichever it issues to' }),
})

/** What a report line to it has of its own. */
export const issuerLine = z.strictObject({
  deviceId: z
    .string()
    .min(1)
    .max(128)
    .meta({ description: 'the plant as the issuer knows it; public for ever' }),
  owner: address
    .optional()
    .meta({ description: 'the account that the certificates become the property of; default that of `key`' }),
  senders: z.array(address).max(16).optional().meta({
    description:
      'accounts that asked for this plant before, as with an earlier key: what they asked for is not asked for again',
  }),
  carries: carriedName('in the metadata of a request, of the last entry that it stands for'),
})

export type IssuerOptions = z.output<typeof issuerOptions>
export type IssuerLine = z.output<typeof issuerLine>
