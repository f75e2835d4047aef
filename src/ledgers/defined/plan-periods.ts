import { toHex } from '../../core/bytes.ts'
import { toWattHours } from '../../core/energy.ts'
import type { StoredEntry } from '../../core/log.ts'
import { type Instant, parseInstant } from '../../core/time.ts'
import { merkleRoot } from '../../proof/merkle.ts'
import { registeredTotal } from '../evm/registered-total.ts'
import type { LinePosition, Plan, PlannedSkip, PlanRequest, RegistryCall } from '../evm/registry.ts'
import type { PeriodLength } from './define-ledger.ts'
import { type Period, periodAt, periodUntil } from './periods.ts'
import { type CallMaker, plannedCall } from './planned-call.ts'
import { unitWord, wholeUnits } from './units.ts'

/** Readings that come together are appended together: so long after the last one no more of them will. */
const settleTime = 60_000

export interface PeriodPlanOptions {
  readonly length: PeriodLength
  /** Milliseconds that a period waits for late readings after its end. */
  readonly grace: number
  /** Wh that the contract counts as one. */
  readonly unit: bigint
  /** Whole Wh that the register was opened with: nobody asks for them. */
  readonly opening: bigint
  /** End of the last period that was registered; minus infinity at first. */
  readonly doneUntil: Instant
  readonly now: () => Instant
  readonly make: CallMaker
  readonly request: PlanRequest
}

/** A period and the entries whose energy belongs to it. */
interface OpenPeriod {
  readonly period: Period
  /** Places of the first entry, and of the last that was counted, among those given. */
  readonly first: number
  last: number
  /** Wh that the register holds with the last, without the opening. */
  total: bigint
}

/**
 * One call for each period that is over: the register's rise in it. A period is over once something of a later one was
 * counted, or once it has waited long enough. What is counted later than that goes into the period after, so that the sums
 * are the register's for ever.
 */
export function planPeriods(
  start: LinePosition,
  entries: readonly StoredEntry[],
  options: PeriodPlanOptions,
): Plan {
  const { length, unit, opening, request, now } = options
  const plan = new PeriodPlan(start, entries, options)
  let open: OpenPeriod | undefined
  let next = 0
  for (const [at, entry] of entries.entries()) {
    const counted = registeredTotal(entry)
    if (counted === undefined || counted === 'down') continue
    const own = periodUntil(measuredAt(entry), length)
    const earliest: number = open?.period.from ?? options.doneUntil
    if (open !== undefined && own.from > open.period.from) {
      plan.close(open)
      next = open.last + 1
      open = undefined
    }
    open ??= {
      // Whole periods, unless their length was changed: no time is asked for twice.
      period: own.from >= earliest ? own : { ...periodAt(earliest, length), from: earliest },
      first: next,
      last: at,
      total: 0n,
    }
    open.last = at
    open.total = wholeUnits(toWattHours(counted) - opening, unit)
  }
  if (open === undefined) return plan.done()
  const until = closesAt(open, entries, options)
  const { isWhole = true, atOnce = false } = request
  // What may still get energy is no period without any, whoever asks early.
  const isWorthAsking = atOnce && open.total > plan.value
  if (isWhole && (isWorthAsking || now() >= until)) {
    plan.close(open)
    return plan.done()
  }
  const { calls, skips } = plan
  if (calls.length > 0 || skips.length > 0) return plan.done()
  if (!isWhole) return { calls, covered: 0, more: true }
  const seen = entries.at(-1)?.sequence
  const { to } = open.period
  const resting = (end: number) => now() < to || (end === seen && now() < until)
  return { calls, covered: 0, resting }
}

/** When it is over whatever comes. */
function closesAt(
  { period, last }: OpenPeriod,
  entries: readonly StoredEntry[],
  { grace }: PeriodPlanOptions,
): Instant {
  return Math.max(period.to + grace, (entries[last]?.at ?? 0) + settleTime)
}

/** When what an entry counts was measured; an operator's decision counts when it is made. */
function measuredAt({ document, at }: StoredEntry): Instant {
  const text = document?.measuredAt
  return typeof text === 'string' ? parseInstant(text) : at
}

class PeriodPlan {
  readonly calls: RegistryCall[] = []
  readonly skips: PlannedSkip[] = []
  readonly #entries: readonly StoredEntry[]
  readonly #make: CallMaker
  readonly #unit: bigint
  #position: LinePosition
  #covered = 0

  constructor(position: LinePosition, entries: readonly StoredEntry[], { make, unit }: PeriodPlanOptions) {
    this.#position = position
    this.#entries = entries
    this.#make = make
    this.#unit = unit
  }

  /** What was registered with the newest call. */
  get value(): bigint {
    return this.#position.value
  }

  close(open: OpenPeriod): void {
    const { first, last, total, period } = open
    const part = this.#entries.slice(first, last + 1)
    const [begin, entry] = [part[0], part.at(-1)]
    if (begin === undefined || entry === undefined) return
    this.#covered = last + 1
    const range = { first: begin.sequence, last: entry.sequence }
    if (total <= this.#position.value) {
      const reason = `no whole ${unitWord(this.#unit)} from ${new Date(period.from).toISOString()} to ${new Date(period.to).toISOString()}`
      this.skips.push({ ...range, reason })
      return
    }
    const root = `0x${toHex(merkleRoot(part.map(({ leafHash }) => leafHash)))}`
    const given = { ...range, position: this.#position, total, period: { ...period, root } }
    this.calls.push(plannedCall(entry, given, this.#make))
    this.#position = { ...this.#position, last: entry, value: total }
  }

  done(): Plan {
    return { calls: this.calls, skips: this.skips, covered: this.#covered }
  }
}
