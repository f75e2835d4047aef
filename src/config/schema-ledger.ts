import { z } from 'zod'
import * as field from './fields.ts'
import { type RemoteConfig, remoteShapes } from './schema-ipfs.ts'

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

/** What every ledger of a defined kind has, besides the options of its kind. */
const definedCommon = {
  network,
  every: field.duration('longest time between two looks at the chain; default 5s', 100).optional(),
  fromBlock,
}

/** What those that register periods have, too. */
const definedPeriods = {
  period: z
    .enum(['hour', 'day', 'month'])
    .optional()
    .meta({ description: 'how long its periods are, whole ones of UTC; default day' }),
  grace: field
    .duration('how long a period waits for late readings after its end; default 1h', 1_000)
    .optional(),
}

const defined = z
  .looseObject({
    kind: field.text('a kind of ledger: of the catalogue, or brought by a module', 64),
    ...definedCommon,
    ...definedPeriods,
  })
  .transform(({ kind: definition, network, every, fromBlock, period, grace, ...options }) => {
    return { kind: 'defined' as const, definition, network, every, fromBlock, period, grace, options }
  })

/** The shapes that a ledger can have, for the JSON Schema. */
export const ledgerShapes = {
  own: [originA, anchor, remoteShapes.kubo, remoteShapes['ipfs-pinning']],
  common: z.strictObject(definedCommon),
  periods: z.strictObject(definedPeriods),
} as const

/** One of `ledgers`: its kind says what else it has. */
export const ledger = z
  .unknown()
  .transform((given, context): OriginAConfig | AnchorConfig | RemoteConfig | DefinedLedgerConfig => {
    const checked = shapeOf(given).safeParse(given)
    if (checked.success) return checked.data
    for (const issue of checked.error.issues) context.issues.push({ ...issue, input: undefined })
    return z.NEVER
  })
  .meta({ description: 'an on-chain registry' })

function shapeOf(
  given: unknown,
): typeof originA | typeof anchor | typeof defined | (typeof remoteShapes)[keyof typeof remoteShapes] {
  const kind = typeof given === 'object' && given !== null && 'kind' in given ? given.kind : undefined
  if (kind === 'origin-a') return originA
  if (kind === 'kubo' || kind === 'ipfs-pinning') return remoteShapes[kind]
  return kind === 'anchor' ? anchor : defined
}

/** What a report line to Origin release A has of its own. */
export const originALine = z.strictObject({
  assetId: field.wholeNumber("the asset's id in the registry; ids begin at 0", 2n ** 256n - 1n),
  files: field
    .path(
      "folder for a chain of files as release A's gateways kept it: calls carry the hashes of these files",
    )
    .optional(),
})

/** A registry that assets report to. */
export type OriginAConfig = z.output<typeof originA>

/** A contract that the log is anchored in. */
export type AnchorConfig = z.output<typeof anchor>

/** A ledger of a kind that was declared with `defineLedger`. */
export type DefinedLedgerConfig = z.output<typeof defined>

/** The addresses by which assets report to a ledger; none of one that the log is anchored in. */
export function registriesOf(
  ledger: OriginAConfig | AnchorConfig | RemoteConfig | DefinedLedgerConfig | undefined,
): Pick<OriginAConfig, 'producing' | 'consuming'> {
  return ledger?.kind === 'origin-a' ? ledger : {}
}
