import { z } from 'zod'
import * as field from './fields.ts'

/* The part of the schema that describes on-chain registries: those that assets report to, and those that the log does. */

const network = field.referenceName.meta({ description: 'one of `networks`' })

const fromBlock = field
  .wholeNumber('the block of its deployment: nothing is searched for before it; default 0', 2n ** 53n - 1n)
  .optional()

const originA = z.strictObject({
  kind: z.literal('origin-a').meta({ description: 'Origin release A, or a registry with its interface' }),
  network,
  producing: field.address('the registry of producers').optional(),
  consuming: field.address('the registry of consumers').optional(),
  every: field
    .duration('of `origin-a`: longest time between two looks at the chain; default 5s', 100)
    .optional(),
  fromBlock,
})

const anchor = z.strictObject({
  kind: z
    .literal('anchor')
    .meta({ description: "a CheckpointAnchor: the log's own checkpoints are anchored there" }),
  network,
  contract: field.address('the CheckpointAnchor; one serves everybody'),
  key: field.referenceName.meta({ description: 'one of `keys`: the account that anchors and pays' }),
  every: field
    .duration(
      'of `anchor`: how long an entry waits for its anchor, and then for the next checkpoint; default 1h',
      1_000,
    )
    .optional(),
  fromBlock,
})

/** One of `ledgers`. */
export const ledger = z
  .discriminatedUnion('kind', [originA, anchor])
  .meta({ description: 'an on-chain registry' })

/** A registry that assets report to. */
export type OriginAConfig = z.output<typeof originA>

/** A contract that the log is anchored in. */
export type AnchorConfig = z.output<typeof anchor>

/** The addresses by which assets report to a ledger; none of one that the log is anchored in. */
export function registriesOf(
  ledger: OriginAConfig | AnchorConfig | undefined,
): Pick<OriginAConfig, 'producing' | 'consuming'> {
  return ledger?.kind === 'origin-a' ? ledger : {}
}
