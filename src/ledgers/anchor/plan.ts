import { toHex } from '../../core/bytes.ts'
import type { CheckpointBook } from '../../core/checkpoint-book.ts'
import type { Clock } from '../../core/clock.ts'
import type { StoredEntry } from '../../core/log.ts'
import type { LinePosition, Plan, PlanRequest, RegistryCall, RegistryState } from '../evm/registry.ts'
import { encodeAnchor, rootStart } from './calls.ts'

export interface AnchorPlanOptions {
  /** Lower case. */
  readonly contract: string
  /** The log's id in the contract. */
  readonly log: string
  readonly book: CheckpointBook
  /** Milliseconds that an entry waits for its anchor. */
  readonly every: number
  /** The gateway's clock, by which entries are stamped. */
  readonly clock: Clock
}

/** Milliseconds until it is looked for a newer checkpoint again, at most. */
const longestRest = 60_000

/**
 * What is due: the newest signed checkpoint, once the oldest entry that no anchor covers has waited long enough.
 * @throws EnergywebError `log-io`
 */
export async function planAnchor(
  options: AnchorPlanOptions,
  { value }: LinePosition,
  { entries, request }: { readonly entries: readonly StoredEntry[]; readonly request: PlanRequest },
): Promise<Plan> {
  const { book, clock, every } = options
  const [first] = entries
  const rest = (until: number): Plan => ({ calls: [], covered: 0, resting: () => clock.now() < until })
  const soon = clock.now() + Math.min(every, longestRest)
  if (first === undefined) return rest(soon)
  const due = first.at + every
  const found = await anchoredAlready(book, first, request.chain)
  if (found === undefined && request.atOnce !== true && clock.now() < due) return rest(due)
  const tree = found ?? (await book.newestCheckpoint())
  if (tree === undefined || tree.size <= first.index) return rest(soon)
  const call = callFor(options, { first: first.index, ...tree, shape: value === 0n ? 'first' : 'later' })
  return { calls: [call], covered: entries.length }
}

/** What the chain has of our log already, where our books don't: it was anchored before a backup was restored. */
async function anchoredAlready(book: CheckpointBook, first: StoredEntry, chain: RegistryState | undefined) {
  const size = Number(chain?.total ?? 0n)
  if (chain === undefined || size <= first.index) return undefined
  const root = await book.rootAt(size)
  return root !== undefined && rootStart(`0x${toHex(root)}`) === chain.link ? { size, root } : undefined
}

interface DueAnchor {
  /** Place in the log of the first entry that it is for. */
  readonly first: number
  readonly size: number
  readonly root: Uint8Array
  readonly shape: 'first' | 'later'
}

function callFor(
  { log, contract }: AnchorPlanOptions,
  { first, size, root, shape }: DueAnchor,
): RegistryCall {
  const value = BigInt(size)
  const data = encodeAnchor({ log, size: value, root: `0x${toHex(root)}` })
  return { first, last: size - 1, reading: size - 1, leafHash: root, to: contract, data, value, shape }
}
