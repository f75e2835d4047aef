import type { Certificate } from '../../core/certificate.ts'
import type { Sender, Turn } from './sender.ts'
import { blocksOf, settledDepth } from './submission-moved.ts'

/** The last block that was looked at, as it was then. */
export interface BlockMark {
  readonly block: bigint
  readonly hash: string
}

export interface Standing {
  /** What the next look compares with. */
  readonly mark: BlockMark | undefined
  /** True when blocks that were looked at are gone: what was read of the newest ones may stand no more. */
  readonly isAnew: boolean
  /** Certificates whose block is gone. Somebody else's transaction made them: it need not come again, nor look the same. */
  readonly left: readonly Certificate[]
}

/**
 * Looks whether the blocks that certificates stand in are still on the chain, as a reorganisation deeper than finality takes what
 * was final. Without a mark, as after a start, each of the newest blocks is asked for.
 * @throws EnergywebError `network-unreachable`, retryable
 */
export async function standingOf(
  sender: Pick<Sender, 'network'>,
  turn: Pick<Turn, 'signal'>,
  {
    known,
    mark,
    upTo,
  }: { readonly known: readonly Certificate[]; readonly mark: BlockMark | undefined; readonly upTo: bigint },
): Promise<Standing> {
  if (upTo < 0n) return { mark, isAnew: false, left: [] }
  const [hash, before] = await blocksOf(sender, turn, mark === undefined ? [upTo] : [upTo, mark.block])
  const next = hash === undefined ? mark : { block: upTo, hash }
  // A node that does not have the block is behind: that says nothing.
  const isGone = mark !== undefined && before !== undefined && before !== mark.hash
  if (mark !== undefined && !isGone) return { mark: next, isAnew: false, left: [] }
  const { chainId } = sender.network
  const recent = known.filter(one => one.chainId === chainId && one.block > upTo - settledDepth)
  const hashes = await blocksOf(
    sender,
    turn,
    recent.map(({ block }) => block),
  )
  const left = recent.filter(({ blockHash }, i) => hashes[i] !== undefined && hashes[i] !== blockHash)
  return { mark: next, isAnew: isGone || left.length > 0, left }
}

/** The first block to read again when blocks are gone; nobody knows how many. */
export function readAgainFrom(upTo: bigint, fromBlock: bigint): bigint {
  const from = upTo - settledDepth
  return from > fromBlock ? from : fromBlock
}
