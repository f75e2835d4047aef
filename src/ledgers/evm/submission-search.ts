import type { EventLog } from './answers.ts'
import type { Line, Sender, Turn } from './sender.ts'

/** So many searches a turn: the other lines and the turn's end come first, and the search goes on in the next one. */
const searchesPerTurn = 100

/** What was found so far of a line's registrations on the chain, newest first. */
export interface Search {
  readonly from: bigint
  /** The highest block that was searched, and the next one downwards; below `from`: through. */
  upTo: bigint
  next: bigint
  readonly logs: EventLog[]
  /** One of them began below the total that is looked for. */
  reached: boolean
}

/**
 * The asset's registrations on the chain, back to the first that began below a total: as totals only rise, none of what
 * is looked for is older, unless the registry says so. Undefined while there is more to search; what was searched is kept for the next turn.
 * @throws EnergywebError `network-unreachable`, `network-refused`, `network-not-synced`
 */
export async function searchBack(
  sender: Sender,
  turn: Turn,
  { line, from, total }: { line: Line; from: bigint; total: bigint },
): Promise<readonly EventLog[] | undefined> {
  const head = turn.head.number
  const search = resumed(line, { from, head })
  line.search = search
  let left = searchesPerTurn
  // What came since the last turn.
  while (search.upTo < head && left-- > 0) {
    const { logs, searched } = await near(sender, turn, { line, at: search.upTo + 1n, limit: head })
    await take(sender, turn, { line, search, logs, total })
    search.upTo = searched
  }
  while (search.next >= from && !search.reached && left-- > 0) {
    const { logs, searched } = await near(sender, turn, { line, at: search.next, limit: from })
    await take(sender, turn, { line, search, logs, total })
    search.next = searched - 1n
  }
  if (search.upTo >= head && (search.next < from || search.reached)) {
    line.search = undefined
    return search.logs.sort(byPlace)
  }
  line.trouble = `looking for what is registered on the chain already: blocks ${search.next + 1n} to ${search.upTo} are searched, down to ${from} at most. The block of the registry's deployment (\`fromBlock\` of the ledger) ends that sooner`
  return undefined
}

function resumed(line: Line, { from, head }: { from: bigint; head: bigint }): Search {
  const { search } = line
  // A chain that is shorter than what was searched was reorganised: begun anew.
  if (search !== undefined && search.from === from && search.upTo <= head) return search
  return { from, upTo: head, next: head, logs: [], reached: false }
}

const byPlace = (a: EventLog, b: EventLog) =>
  a.block === b.block ? a.logIndex - b.logIndex : a.block < b.block ? -1 : 1

async function take(
  { registry }: Sender,
  { head, signal }: Turn,
  { line, search, logs, total }: { line: Line; search: Search; logs: readonly EventLog[]; total: bigint },
): Promise<void> {
  search.logs.push(...logs)
  if (registry.isUnordered) return
  for (const log of logs) {
    if (search.reached) return
    const before = await registry.totalBefore(line.report, log, { at: head.number, signal })
    search.reached = before !== undefined && before < total
  }
}

function near(
  { registry }: Sender,
  { signal }: Turn,
  { line, at, limit }: { line: Line; at: bigint; limit: bigint },
) {
  return registry.history(line.report, { at, limit, signal })
}
