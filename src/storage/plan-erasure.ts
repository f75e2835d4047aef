import { setImmediate } from 'node:timers/promises'
import type { ErasurePlan, ErasureRange } from '../core/erasure.ts'
import { EnergywebError } from '../core/errors.ts'
import type { StoredEntry } from '../core/log.ts'
import { emptyRegister, type RegisterState } from '../core/register.ts'
import { applyEntry } from '../core/register-apply.ts'
import { decodeWholeRegister, encodeWholeRegister } from '../core/register-json.ts'
import type { Draft } from '../core/register-transition.ts'
import { firstOpenStep } from './carbon-steps.ts'
import { integer } from './columns.ts'
import { entriesOfStream } from './entry-rows.ts'
import { type Erasure, Erasures, loadErasures } from './erasures.ts'
import { linesOfStream } from './lines.ts'
import { loadStreamNamed, loadStreams, type StreamState } from './log-state.ts'
import { planCarbonErasure } from './plan-carbon-erasure.ts'
import type { Sql } from './sql.ts'

/** A plan with what the erasure's entry needs. */
export interface StatedErasurePlan extends ErasurePlan {
  /** The register after the entry `last`. */
  readonly state: string
  /** Of a carbon register's stream: the asset's entries up to this one go with it. */
  readonly assetLast?: number
}

/** Entries that are replayed between two pauses, a few milliseconds of work. */
const pageSize = 500

export function refused(message: string, hint?: string): EnergywebError {
  return new EnergywebError('erasure-refused', message, hint === undefined ? {} : { hint })
}

/**
 * Works out what an erasure takes from a stream. The register at the end of the range is replayed from the entries, each
 * checked by the law, so that it may stand for them when they are gone. The range ends where nothing is held, because what is
 * held goes on in the register's state, and before what a report line still needs. A plan of no documents is one for nothing.
 * @throws EnergywebError `erasure-refused`, `stream-unknown`, `argument-invalid`; `register-law` when the stream is damaged
 */
export async function planErasure(
  sql: Sql,
  { stream: name, range }: { stream: string; range: ErasureRange },
  options: { signal?: AbortSignal } = {},
): Promise<readonly StatedErasurePlan[]> {
  const stream = loadStreamNamed(sql, name)
  if (stream === undefined) throw new EnergywebError('stream-unknown', `the log has no stream "${name}"`)
  const input = {
    stream,
    range,
    limit: limitOf(sql, stream, range),
    erasures: new Erasures(loadErasures(sql)),
  }
  const plan = await planStream(sql, input, options)
  const carbon = [...loadStreams(sql).values()].find(({ id }) => id === stream.pricedBy)
  if (carbon === undefined) return [plan]
  const { last: assetLast } = plan
  const erasures = input.erasures.of(carbon.id)
  const end = await planCarbonErasure(sql, { stream: carbon, erasures, assetLast }, options)
  if ('last' in end) return [plan, carbonPlan(sql, { carbon, end, assetLast })]
  // The end of the asset's range is taken back to where the carbon register has nothing open, which then is its end, too.
  const why = `the carbon factor of entry ${end.assetLast + 1} was missing there, and was filled in later`
  const shorter = await planStream(sql, { ...input, limit: { last: end.assetLast, why } }, options)
  const again = { stream: carbon, erasures, assetLast: shorter.last }
  const carbonEnd = await planCarbonErasure(sql, again, options)
  if (!('last' in carbonEnd)) throw refused(why)
  return [shorter, carbonPlan(sql, { carbon, end: carbonEnd, assetLast: shorter.last })]
}

function carbonPlan(
  sql: Sql,
  input: { carbon: StreamState; end: { last: number; state: string }; assetLast: number },
): StatedErasurePlan {
  const { carbon, end, assetLast } = input
  const documents = countDocuments(sql, carbon.id, { first: 0, last: end.last })
  return { stream: carbon.name, first: 0, ...end, documents, shortened: undefined, assetLast }
}

async function planStream(
  sql: Sql,
  input: { stream: StreamState; erasures: Erasures; limit: Limit; range: ErasureRange },
  options: { signal?: AbortSignal },
): Promise<StatedErasurePlan> {
  const { stream, range, limit } = input
  const { name } = stream
  const erasures = input.erasures.of(stream.id)
  const end = await replay(sql, { stream, erasures, limit, range }, options)
  const first = 'first' in range ? range.first : 0
  if (end.state === undefined || end.sequence < first) {
    return { stream: name, first, last: first - 1, documents: 0, shortened: end.why, state: '' }
  }
  if ('last' in range && countDocuments(sql, stream.id, range) === 0) {
    return { stream: name, first, last: range.last, documents: 0, shortened: undefined, state: '' }
  }
  if ('last' in range && end.sequence < range.last) {
    throw refused(
      `${end.why ?? 'a reading is held there'}`,
      `Choose a range that ends with entry ${end.sequence} or before.`,
    )
  }
  const documents = countDocuments(sql, stream.id, { first, last: end.sequence })
  const state = encodeWholeRegister(end.state)
  return { stream: name, first, last: end.sequence, documents, shortened: end.why, state }
}

interface Limit {
  /** The last sequence that may go. */
  readonly last: number
  readonly why: string | undefined
}

/** How far an erasure may go at most: not beyond the cursor of any line, and not at all while one is in dispute. */
function limitOf(sql: Sql, stream: StreamState, range: ErasureRange): Limit {
  const { name, id, sequence } = stream
  const lines = linesOfStream(sql, id)
  const stopped = lines.find(line => line.stopped !== undefined)
  if (stopped !== undefined) {
    throw refused(
      `the report line ${stopped.name} stands still: what it is about may be needed to settle that`,
      'Settle it, let the line go on with `energyweb ledger resume`, and erase then.',
    )
  }
  if ('last' in range) checkNumbers(name, range, sequence)
  checkCarbon(stream, range)
  const slowest = lines.reduce<(typeof lines)[number] | undefined>(
    (slow, line) => (slow === undefined || line.cursor < slow.cursor ? line : slow),
    undefined,
  )
  const asked = 'last' in range ? range.last : sequence
  const limits: Limit[] = [{ last: asked, why: undefined }]
  if (slowest !== undefined) {
    const why = `entries from ${slowest.cursor + 1} on are not final on ${slowest.name} yet`
    limits.push({ last: slowest.cursor, why })
  }
  const unpriced = stream.pricedBy === undefined ? undefined : firstUnpriced(sql, id)
  if (unpriced !== undefined) {
    limits.push({ last: unpriced - 1, why: `entry ${unpriced} waits for its carbon factor` })
  }
  return limits.reduce((lowest, limit) => (limit.last < lowest.last ? limit : lowest))
}

function firstUnpriced(sql: Sql, stream: number): number | undefined {
  const open = (['waiting', 'missing'] as const).flatMap(state => firstOpenStep(sql, stream, state) ?? [])
  return open.length === 0 ? undefined : Math.min(...open)
}

/** What a carbon register says repeats the energies of its asset: neither goes without the other. */
function checkCarbon({ name, carbon, pricedBy }: StreamState, range: ErasureRange): void {
  if (carbon !== undefined) throw refused(`${name} goes with its asset`, 'Erase of the asset.')
  if (pricedBy === undefined || !('last' in range) || range.first === 0) return
  throw refused(
    `a range of ${name} must begin with its first entry, as its carbon register goes along`,
    'Give --before, or --first 0.',
  )
}

function checkNumbers(name: string, { first, last }: { first: number; last: number }, end: number): void {
  if (first >= 0 && first <= last && last <= end) return
  throw new EnergywebError(
    'argument-invalid',
    `entries ${first} to ${last} are no range of ${name}, which has 0 to ${end}`,
  )
}

interface End {
  readonly sequence: number
  readonly state: RegisterState | undefined
  readonly why: string | undefined
}

/** Replays the stream up to the last place within the limit where nothing is held. */
async function replay(
  sql: Sql,
  input: { stream: StreamState; erasures: readonly Erasure[]; limit: Limit; range: ErasureRange },
  { signal }: { signal?: AbortSignal },
): Promise<End> {
  const { stream, erasures, limit, range } = input
  const before = 'before' in range ? range.before : Number.POSITIVE_INFINITY
  let state: RegisterState | undefined = emptyRegister
  let free: End = { sequence: -1, state: undefined, why: undefined }
  let sequence = -1
  let why = limit.why
  for (let isMore = true; isMore && sequence < limit.last; ) {
    const page = entriesOfStream(sql, stream.id, { after: sequence, limit: pageSize })
    isMore = page.length === pageSize
    for (const entry of page) {
      // An entry of the time asked for ends the range, whatever the limit.
      if (entry.at >= before) why = undefined
      if (entry.at >= before || entry.sequence > limit.last) {
        isMore = false
        break
      }
      state = next(state, entry, erasures)
      sequence = entry.sequence
      if (state !== undefined && state.held.length === 0) free = { sequence, state, why: undefined }
    }
    await setImmediate()
    signal?.throwIfAborted()
  }
  if (free.sequence < sequence) {
    why =
      state === undefined
        ? `entry ${sequence} lies in a range that was erased before`
        : `reading ${state.held[0]?.sequence} was held there: it stands in the register until it is resolved`
  }
  return { ...free, why }
}

/** The register after an entry; undefined within an erased range. */
function next(
  state: RegisterState | undefined,
  { sequence, kind, document }: StoredEntry,
  erasures: readonly Erasure[],
): RegisterState | undefined {
  const ended = erasures.find(({ last }) => last === sequence)
  if (ended !== undefined) return decodeWholeRegister(ended.state)
  if (document === undefined || state === undefined) return undefined
  // The document was read by the schema of its kind.
  return applyEntry(state, { kind, document } as Draft, sequence)
}

function countDocuments(sql: Sql, stream: number, { first, last }: { first: number; last: number }): number {
  const row = sql.get(
    `SELECT count(*) AS count FROM entries e JOIN documents d ON d.entry = e.id
     WHERE e.stream = ? AND e.sequence BETWEEN ? AND ? AND e.kind NOT IN ('receipt', 'erasure')`,
    stream,
    first,
    last,
  )
  return integer(row?.count)
}
