import type { DocumentOf } from './document.ts'
import { EnergywebError } from './errors.ts'
import type { Reading } from './reading.ts'
import type { HoldReason, RegisterLimits, RegisterState } from './register.ts'
import { Drafts } from './register-drafts.ts'
import { exceeds, misfit } from './register-misfit.ts'
import { overlaps } from './register-ranges.ts'
import type { Draft } from './register-transition.ts'
import { formatInstant } from './time.ts'

/** What the log already has under a reading's key. */
export interface KnownReading {
  /** Sequence of the newest entry of this key. */
  readonly sequence: number
  readonly energy: bigint
  readonly fraction: string
  /** `erased`: it was there, and what it said is gone. */
  readonly status: 'counted' | 'held' | 'late' | 'erased'
}

export interface ReadingContext {
  /** Sequence that the next entry of the stream gets. */
  readonly sequence: number
  readonly limits: RegisterLimits
  readonly known: KnownReading | undefined
  /** For the opening's document. */
  readonly asset: string
  readonly source: string
  /** Hash (base64url) and CID of the raw bytes. */
  readonly raw: string
  readonly cid: string | null
}

export interface Judgement {
  readonly drafts: readonly Draft[]
  readonly state: RegisterState
  readonly status: 'counted' | 'held' | 'late' | 'duplicate'
}

/** How far a device's clock may be ahead of ours. */
export const longestClockLead = 5 * 60_000

/**
 * Decides what a reading makes of the register.
 * @throws EnergywebError `reading-invalid` for a reading that does not fit the stream (another channel or kind, an
 * interval without length, a time that is no whole millisecond); `register-law` when the opening's policy does not fit the kind.
 */
export function judgeReading(state: RegisterState, reading: Reading, context: ReadingContext): Judgement {
  checkShape(state, reading)
  const { known, limits } = context
  if (known !== undefined) {
    // What was erased is not brought back by a source that says it again; whether it says the same nobody can tell.
    if (known.status === 'erased') return { drafts: [], state, status: 'duplicate' }
    const same = known.energy === reading.energy && known.fraction === fractionOf(reading)
    return same
      ? { drafts: [], state, status: 'duplicate' }
      : judgeRevision(state, reading, { ...context, known })
  }
  const entries = new Drafts(state, context.sequence)
  const wrong = wrongInItself(reading)
  // Only a reading that is good in itself opens the register: an open counter always has a counted value.
  if (state.opened === undefined && wrong === undefined) entries.push(openingOf(reading, context))
  const verdict = wrong ?? verdictOf(entries.state, reading, limits)
  const document = readingDocument(reading, context, verdict)
  const sequence = entries.push({ kind: 'reading', document })
  if (isHold(verdict) && verdict !== 'follows') entries.push(holdOf(sequence, verdict))
  return { drafts: entries.drafts, state: entries.state, status: statusOf(verdict) }
}

function wrongInItself(reading: Reading): HoldReason | undefined {
  if (reading.measuredAt - reading.receivedAt > longestClockLead) return 'clock'
  return reading.energy < 0n ? 'negative' : undefined
}

type Verdict = HoldReason | 'late' | undefined

function isHold(verdict: Verdict): verdict is HoldReason {
  return verdict !== undefined && verdict !== 'late'
}

function statusOf(verdict: Verdict): 'counted' | 'held' | 'late' {
  return verdict === undefined ? 'counted' : verdict === 'late' ? 'late' : 'held'
}

/** A counter's value is rounded down for good: differences telescope. An interval's digits are carried. */
function fractionOf(reading: Reading): string {
  return reading.kind === 'interval' ? reading.fraction : ''
}

function readingDocument(
  reading: Reading,
  { raw, cid }: { raw: string; cid: string | null },
  verdict: Verdict,
): DocumentOf<'reading'> {
  return {
    channel: reading.channel,
    cid,
    energy: reading.energy,
    fraction: fractionOf(reading) || null,
    from: reading.from === undefined ? null : formatInstant(reading.from),
    kind: reading.kind,
    manufacturer: reading.device.manufacturer ?? null,
    measuredAt: formatInstant(reading.measuredAt),
    model: reading.device.model ?? null,
    provenance: reading.provenance,
    quality: reading.quality ?? null,
    raw,
    receivedAt: formatInstant(reading.receivedAt),
    // A meter that names itself with nothing has not named itself: a later serial number is its first.
    serial: reading.device.serial || null,
    status: isHold(verdict) ? `held/${verdict}` : statusOf(verdict),
    total: null,
  }
}

/** The entry that announces a hold. */
export function holdOf(reading: number, reason: HoldReason): Draft {
  return {
    kind: 'hold',
    document: { detail: null, held: null, last: null, reading: BigInt(reading), reason },
  }
}

function judgeRevision(
  state: RegisterState,
  reading: Reading,
  context: ReadingContext & { known: KnownReading },
): Judgement {
  const { known, limits, sequence } = context
  const verdict = revisionVerdict(state, reading, { known, limits })
  const held = state.held.some(other => other.sequence === known.sequence)
  const entries = new Drafts(state, sequence)
  const at = entries.push({
    kind: 'revision',
    document: {
      ...readingDocument(reading, context, verdict),
      before: known.energy,
      beforeFraction: known.fraction || null,
      debit: null,
      revises: BigInt(known.sequence),
    },
  })
  if (isHold(verdict) && !held) entries.push(holdOf(at, verdict))
  return { drafts: entries.drafts, state: entries.state, status: statusOf(verdict) }
}

/** What becomes of another value for a known key. `late`: it is kept and changes nothing. */
function revisionVerdict(
  state: RegisterState,
  reading: Reading,
  { known, limits }: { known: KnownReading; limits: RegisterLimits },
): Verdict {
  const held = state.held.find(other => other.sequence === known.sequence)
  if (held !== undefined) return held.reason
  if (known.status !== 'counted') return 'late'
  const { serial } = reading.device
  const swapped = state.serial && serial && state.serial !== serial
  if (reading.kind === 'interval') {
    if (reading.energy < 0n) return 'negative'
    if (swapped) return 'serial'
    return exceeds(reading.energy, reading.measuredAt - (reading.from ?? reading.measuredAt), limits)
      ? 'rise'
      : undefined
  }
  const { last, before } = state
  // Once later counters exist they have already told what an older one would; a doubtful newest is settled by the next.
  if (last?.sequence !== known.sequence || reading.energy < 0n || swapped) return 'late'
  const value = { energy: reading.energy, measuredAt: reading.measuredAt, serial: undefined }
  // The first value is a base that counted nothing. Lowered, the next value would count what the meter showed before;
  // and where the total opened with it, the next value counts the difference anyway.
  if (before === undefined) {
    return limits.opening === 'meter' || reading.energy < last.energy ? 'late' : undefined
  }
  return misfit({ ...before, serial: undefined }, value, limits) === undefined ? undefined : 'late'
}

function checkShape(state: RegisterState, reading: Reading): void {
  const { opened } = state
  if (opened !== undefined && (opened.channel !== reading.channel || opened.kind !== reading.kind)) {
    throw new EnergywebError(
      'reading-invalid',
      `a stream of ${opened.channel} ${opened.kind} values can't take an ${reading.channel} ${reading.kind}`,
      { hint: 'A source that changes its kind of value needs a new asset.' },
    )
  }
  const { from, measuredAt, receivedAt, fraction } = reading
  if (![from ?? measuredAt, measuredAt, receivedAt].every(Number.isSafeInteger)) {
    throw new EnergywebError('reading-invalid', 'a time must be a whole number of milliseconds')
  }
  if (!/^(\d*[1-9])?$/.test(fraction)) {
    throw new EnergywebError('reading-invalid', 'a fraction is decimal digits that do not end with 0')
  }
  if (reading.kind === 'interval' ? from === undefined || !(from < reading.measuredAt) : from !== undefined) {
    throw new EnergywebError('reading-invalid', 'an interval needs a start before its end, a counter none')
  }
}

function openingOf(reading: Reading, { limits, asset, source }: ReadingContext): Draft {
  const { opening } = limits
  if (opening === 'meter' && reading.kind === 'interval') {
    throw new EnergywebError('register-law', `${asset}: an interval has no counter value to open with`, {
      hint: "Open with 'zero' or an amount.",
    })
  }
  const total = opening === 'zero' ? 0n : opening === 'meter' ? reading.energy : opening
  if (total < 0n) throw new EnergywebError('register-law', `${asset}: the register can't open below zero`)
  return {
    kind: 'opening',
    document: {
      asset,
      channel: reading.channel,
      kind: reading.kind,
      policy: typeof opening === 'bigint' ? 'given' : opening,
      source,
      total,
    },
  }
}

function verdictOf(state: RegisterState, reading: Reading, limits: RegisterLimits): Verdict {
  return reading.kind === 'interval'
    ? intervalVerdict(state, reading, limits)
    : counterVerdict(state, reading, limits)
}

function intervalVerdict(
  state: RegisterState,
  reading: Reading,
  limits: RegisterLimits,
): HoldReason | undefined {
  const { serial } = reading.device
  if (state.serial && serial && state.serial !== serial) return 'serial'
  const range = { from: reading.from ?? reading.measuredAt, to: reading.measuredAt }
  if (overlaps(state.covered, range)) return 'overlap'
  return exceeds(reading.energy, range.to - range.from, limits) ? 'rise' : undefined
}

/**
 * A value is counted only when every explanation gives the same total. After a held one, a value that fits the last
 * counted and the last held alike (the counter may have been reset, or may have blinked) is held too.
 */
function counterVerdict(state: RegisterState, reading: Reading, limits: RegisterLimits): Verdict {
  const { last } = state
  if (last === undefined) return undefined
  if (reading.measuredAt <= last.measuredAt) return 'late'
  const value = { energy: reading.energy, measuredAt: reading.measuredAt, serial: reading.device.serial }
  const reason = misfit({ ...last, serial: state.serial }, value, limits)
  const tail = state.held.at(-1)
  if (tail === undefined || tail.superseded) return reason
  // Only their time was doubted, as when the gateway woke up without its clock: this value counts their energy too.
  if (reason === undefined && state.held.every(held => held.superseded || held.reason === 'clock'))
    return undefined
  const fitsHeld = value.measuredAt > tail.measuredAt && misfit(tail, value, limits) === undefined
  if (reason === undefined && !fitsHeld) return undefined
  return 'follows'
}
