import type { DocumentOf } from './document.ts'
import { addFractions, type ExactEnergy, subtractExact } from './energy.ts'
import type { EntryKind } from './entry.ts'
import { EnergywebError } from './errors.ts'
import { type HeldReading, type HoldReason, heldEnergy, type RegisterState } from './register.ts'
import { cover, overlaps } from './register-ranges.ts'
import { parseInstant } from './time.ts'

/** An entry without its envelope: its kind and its document. */
export type Draft = {
  [Kind in EntryKind]: { readonly kind: Kind; readonly document: DocumentOf<Kind> }
}[EntryKind]

/** Kinds by which an operator resolves what is held. */
export type ResolutionKind = 'release' | 'write-off' | 'reset' | 'rollover' | 'swap'

/** What an entry did to the register, in the document's own field names, mJ. */
export type Figures = Readonly<
  Partial<
    Record<'total' | 'debit' | 'held' | 'last' | 'declared' | 'readings' | 'released' | 'writtenOff', bigint>
  >
>

export interface Transition {
  readonly state: RegisterState
  readonly figures: Figures
}

function broken(why: string): EnergywebError {
  return new EnergywebError('register-law', `the entry breaks the register's law: ${why}`)
}

function required<Value>(value: Value | null | undefined, name: string): Value {
  if (value === null || value === undefined) throw broken(`it has no ${name}`)
  return value
}

/**
 * What an entry does to the register, worked out from its facts alone: the figures in the document are not looked at.
 * @throws EnergywebError `register-law` for an entry that the law never makes.
 */
export function transition(state: RegisterState, draft: Draft, sequence: number): Transition {
  switch (draft.kind) {
    case 'opening':
      return open(state, draft.document)
    case 'reading':
      return take(state, draft.document, sequence)
    case 'revision':
      return revise(state, draft.document, sequence)
    case 'hold':
      return { state, figures: { held: heldEnergy(state), ...(state.last && { last: state.last.energy }) } }
    case 'release':
    case 'write-off':
    case 'reset':
    case 'rollover':
    case 'swap':
      return resolve(state, draft.kind, draft.document)
    case 'gap':
    case 'receipt':
    case 'erasure':
    case 'note':
      return { state, figures: {} }
  }
}

function open(state: RegisterState, document: DocumentOf<'opening'>): Transition {
  const { channel, kind } = document
  if (state.opened !== undefined) throw broken('a second opening')
  if ((channel !== 'import' && channel !== 'export') || (kind !== 'counter' && kind !== 'interval')) {
    throw broken('an opening of unknown channel or kind')
  }
  const total = required(document.total, 'total')
  if (total < 0n) throw broken('an opening below zero')
  return { state: { ...state, opened: { channel, kind }, total }, figures: { total } }
}

/** Adds to the total what is left after the debit is paid; what is below zero becomes debit. */
function add(state: RegisterState, { energy, fraction }: ExactEnergy): RegisterState {
  const sum = addFractions(state.fraction, fraction)
  const whole = energy + sum.carry
  if (whole < 0n) return { ...state, fraction: sum.fraction, debit: state.debit - whole }
  const paid = whole < state.debit ? whole : state.debit
  return { ...state, fraction: sum.fraction, debit: state.debit - paid, total: state.total + whole - paid }
}

const nothing: ExactEnergy = { energy: 0n, fraction: '' }

function heldFrom(
  state: RegisterState,
  document: DocumentOf<'reading' | 'revision'>,
  { sequence, reason }: { sequence: number; reason: HoldReason },
): HeldReading {
  const interval = document.kind === 'interval'
  const energy = required(document.energy, 'energy')
  const fraction = interval ? (document.fraction ?? '') : ''
  const tail = state.held.at(-1)
  const below = tail !== undefined && !tail.superseded ? tail.energy : state.last?.energy
  const amount = interval ? energy : below === undefined ? 0n : energy - below
  return {
    sequence,
    reason,
    energy,
    fraction,
    measuredAt: parseInstant(required(document.measuredAt, 'time')),
    from: document.from === null ? null : parseInstant(document.from),
    receivedAt: parseInstant(required(document.receivedAt, 'time of receipt')),
    serial: document.serial,
    amount: amount < 0n ? 0n : amount,
    superseded: false,
    before: null,
  }
}

const holdReasons: readonly string[] = [
  'fall',
  'rise',
  'serial',
  'clock',
  'negative',
  'overlap',
  'follows',
] satisfies HoldReason[]

/** The reason in a status like `held/fall`; undefined for another status. */
export function holdReasonOf(status: string | null): HoldReason | undefined {
  const reason = status?.startsWith('held/') ? status.slice(5) : undefined
  return reason !== undefined && holdReasons.includes(reason) ? (reason as HoldReason) : undefined
}

function take(state: RegisterState, document: DocumentOf<'reading'>, sequence: number): Transition {
  const { status } = document
  const reason = holdReasonOf(status)
  if (reason !== undefined) {
    const held = heldFrom(state, document, { sequence, reason })
    return { state: { ...state, held: [...state.held, held] }, figures: { total: state.total } }
  }
  if (status === 'late') return { state, figures: { total: state.total } }
  if (status !== 'counted') throw broken(`a reading of status "${status}"`)
  if (state.opened === undefined) throw broken('a reading before the opening')
  if (document.kind !== state.opened.kind || document.channel !== state.opened.channel) {
    throw broken('a reading of another channel or kind')
  }
  if (state.serial && document.serial && state.serial !== document.serial)
    throw broken('another serial number')
  const energy = required(document.energy, 'energy')
  const measuredAt = parseInstant(required(document.measuredAt, 'time'))
  const known = { ...state, serial: state.serial ?? document.serial ?? undefined }
  const next =
    document.kind === 'interval'
      ? countInterval(
          known,
          { energy, fraction: document.fraction ?? '' },
          {
            from: parseInstant(required(document.from, 'start')),
            to: measuredAt,
          },
        )
      : supersede(countCounter(known, { energy, measuredAt, sequence }))
  return { state: next, figures: { total: next.total } }
}

function countInterval(
  state: RegisterState,
  amount: ExactEnergy,
  range: { from: number; to: number },
): RegisterState {
  if (amount.energy < 0n) throw broken('an interval below zero')
  if (range.from >= range.to) throw broken('an interval without length')
  if (overlaps(state.covered, range)) throw broken('an interval counted twice')
  return add({ ...state, covered: cover(state.covered, range) }, amount)
}

function countCounter(
  state: RegisterState,
  value: { energy: bigint; measuredAt: number; sequence: number },
): RegisterState {
  const { last } = state
  if (last !== undefined && value.measuredAt <= last.measuredAt)
    throw broken('a counter counted out of order')
  if (last !== undefined && value.energy < last.energy) throw broken('a counter that falls')
  if (value.energy < 0n) throw broken('a counter below zero')
  return add(
    { ...state, last: value, before: last },
    { ...nothing, energy: value.energy - (last?.energy ?? value.energy) },
  )
}

function supersede(state: RegisterState): RegisterState {
  if (state.held.every(held => held.superseded)) return state
  return { ...state, held: state.held.map(held => ({ ...held, superseded: true })) }
}

function revise(state: RegisterState, document: DocumentOf<'revision'>, sequence: number): Transition {
  const figuresOf = (next: RegisterState) => ({
    state: next,
    figures: { total: next.total, debit: next.debit },
  })
  const revises = Number(required(document.revises, 'revised entry'))
  if (document.status === 'late') return figuresOf(state)
  if (holdReasonOf(document.status) !== undefined)
    return figuresOf(reviseHeld(state, document, { sequence, revises }))
  if (document.status !== 'counted') throw broken(`a revision of status "${document.status}"`)
  const now = { energy: required(document.energy, 'energy'), fraction: document.fraction ?? '' }
  const then = { energy: required(document.before, 'value before'), fraction: document.beforeFraction ?? '' }
  if (now.energy < 0n) throw broken('a revision below zero')
  if (state.opened?.kind === 'interval') return figuresOf(add(state, subtractExact(now, then)))
  const { last, before } = state
  if (last?.sequence !== revises || last.energy !== then.energy)
    throw broken('a revision of a counter that is not the newest')
  if (before !== undefined && now.energy < before.energy) throw broken('a revision below the counter before')
  // The register's first value is its base: revising it moves the base and counts nothing.
  const step = before === undefined ? 0n : now.energy - then.energy
  const moved = add(
    { ...state, last: { ...last, energy: now.energy, sequence } },
    { ...nothing, energy: step },
  )
  return figuresOf({ ...moved, held: reassess(moved, moved.held) })
}

function reviseHeld(
  state: RegisterState,
  document: DocumentOf<'revision'>,
  { sequence, revises }: { sequence: number; revises: number },
): RegisterState {
  const at = state.held.findIndex(held => held.sequence === revises)
  const old = state.held[at]
  if (old === undefined) return holdRevision(state, document, sequence)
  const earlier = { ...state, held: state.held.slice(0, at) }
  const fresh = heldFrom(earlier, document, { sequence, reason: old.reason })
  const revised = {
    ...fresh,
    superseded: old.superseded,
    before: old.before,
    amount: above(fresh, old.before),
  }
  return { ...state, held: reassess(state, [...earlier.held, revised, ...state.held.slice(at + 1)]) }
}

/** A revision of a counted interval that can't be explained: what it adds is in question. */
function holdRevision(
  state: RegisterState,
  document: DocumentOf<'revision'>,
  sequence: number,
): RegisterState {
  const reason = holdReasonOf(document.status)
  if (reason === undefined || state.opened?.kind !== 'interval') {
    throw broken('a revision of a reading that is not held')
  }
  const before = {
    energy: required(document.before, 'value before'),
    fraction: document.beforeFraction ?? '',
  }
  const fresh = heldFrom(state, document, { sequence, reason })
  return { ...state, held: [...state.held, { ...fresh, before, amount: above(fresh, before) }] }
}

/** What a held value adds at face value above the one that it revises. */
function above(held: HeldReading, before: ExactEnergy | null): bigint {
  if (before === null) return held.amount
  return held.energy > before.energy ? held.energy - before.energy : 0n
}

/** The amounts of a counter's held chain, worked out anew from what is counted. */
function reassess(state: RegisterState, held: readonly HeldReading[]): readonly HeldReading[] {
  if (state.opened?.kind === 'interval') return held
  let below = state.last?.energy
  return held.map(reading => {
    if (reading.superseded) return reading
    const amount = below === undefined || reading.energy < below ? 0n : reading.energy - below
    below = reading.energy
    return reading.amount === amount ? reading : { ...reading, amount }
  })
}

function resolve(
  state: RegisterState,
  kind: ResolutionKind,
  document: DocumentOf<ResolutionKind>,
): Transition {
  const resolved =
    state.opened?.kind === 'interval'
      ? resolveInterval(state, kind, document)
      : resolveCounter(state, kind, document)
  const held = heldEnergy(resolved.state)
  const writtenOff = heldEnergy(state) - resolved.released - held
  const { state: next, declared, released } = resolved
  const readings = BigInt(resolved.readings)
  return {
    state: next,
    figures: { total: next.total, debit: next.debit, held, declared, readings, released, writtenOff },
  }
}

interface Resolved {
  readonly state: RegisterState
  readonly declared: bigint
  readonly released: bigint
  /** How many held readings were counted. */
  readonly readings: number
}

function resolveInterval(
  state: RegisterState,
  kind: ResolutionKind,
  document: DocumentOf<ResolutionKind>,
): Resolved {
  const sequence = Number(required(document.reading, 'held reading'))
  const named = state.held.find(held => held.sequence === sequence)
  if (named === undefined) throw broken('it resolves a reading that is not held')
  const without = { ...state, held: state.held.filter(held => held !== named) }
  if (kind === 'write-off') return { state: without, declared: 0n, released: 0n, readings: 0 }
  if (kind === 'release') return countHeldInterval(without, named)
  if (kind !== 'swap') throw broken(`a ${kind} of intervals`)
  const mine = state.held.filter(held => held.reason === 'serial' && held.serial === named.serial)
  let current: RegisterState = {
    ...state,
    serial: named.serial ?? state.serial,
    held: state.held.filter(held => !mine.includes(held)),
  }
  let released = 0n
  let readings = 0
  const left: HeldReading[] = []
  for (const held of mine) {
    const range = { from: held.from ?? held.measuredAt, to: held.measuredAt }
    if (overlaps(current.covered, range)) {
      left.push({ ...held, reason: 'overlap' })
      continue
    }
    const counted = countHeldInterval(current, held)
    current = counted.state
    released += counted.released
    readings += 1
  }
  const held = [...current.held, ...left].sort((a, b) => a.sequence - b.sequence)
  return { state: { ...current, held }, declared: 0n, released, readings }
}

function countHeldInterval(state: RegisterState, held: HeldReading): Resolved {
  if (held.energy < 0n) throw broken('it counts an interval below zero')
  const counted =
    held.before === null
      ? countInterval(state, held, { from: required(held.from, 'start'), to: held.measuredAt })
      : add(state, subtractExact(held, held.before))
  return { state: counted, declared: 0n, released: held.amount, readings: 1 }
}

function resolveCounter(
  state: RegisterState,
  kind: ResolutionKind,
  document: DocumentOf<ResolutionKind>,
): Resolved {
  const sequence = Number(required(document.reading, 'held reading'))
  const dropped = Number(required(document.dropped, 'count of dropped readings'))
  const readings = Number(required(document.readings, 'count of readings'))
  if (kind === 'write-off') {
    if (dropped < 1 || state.held[0]?.sequence !== sequence)
      throw broken('it writes off a reading that is not the oldest held')
    return follow({ ...state, held: state.held.slice(dropped) }, readings)
  }
  if (state.last === undefined) throw broken('it counts a reading before the opening')
  const old = state.held.filter(held => held.superseded)
  const [head, ...chain] = state.held.slice(old.length)
  if (head === undefined || head.sequence !== sequence)
    throw broken('it resolves a reading that is not the oldest of its chain')
  if (head.energy < 0n) throw broken('it counts a counter below zero')
  const { declared, base } = declaredBy(state, kind, { head, document })
  const { last } = state
  const counted = add(
    {
      ...state,
      serial: head.serial ?? state.serial,
      last: {
        energy: head.energy,
        measuredAt: Math.min(head.measuredAt, head.receivedAt),
        sequence: head.sequence,
      },
      before: { energy: base, measuredAt: last?.measuredAt ?? 0, sequence: last?.sequence ?? -1 },
      held: chain,
    },
    { ...nothing, energy: declared ?? head.energy - (last?.energy ?? head.energy) },
  )
  const rest = follow(counted, readings - 1)
  return {
    state: { ...rest.state, held: [...old, ...rest.state.held] },
    declared: declared ?? 0n,
    readings: rest.readings + 1,
    released: rest.released + (declared === undefined ? head.energy - (last?.energy ?? head.energy) : 0n),
  }
}

/**
 * What the operator declares that the counter did between the last counted value and the held one (undefined for a
 * release), and the value that the head then counts from.
 */
function declaredBy(
  state: RegisterState,
  kind: ResolutionKind,
  { head, document }: { head: HeldReading; document: DocumentOf<ResolutionKind> },
): { declared: bigint | undefined; base: bigint } {
  const last = state.last?.energy ?? head.energy
  const step = (energy: bigint) => {
    if (energy < 0n) throw broken(`a ${kind} that counts less than nothing`)
    return energy
  }
  switch (kind) {
    case 'reset': {
      const initial = required(document.initial, 'initial value')
      return { declared: step(head.energy - step(initial)), base: initial }
    }
    case 'rollover': {
      const modulus = required(document.modulus, 'modulus')
      if (modulus <= last || modulus <= head.energy) throw broken('a modulus that the counter passed')
      return { declared: step(head.energy + modulus - last), base: 0n }
    }
    case 'swap': {
      const initial = required(document.initial, 'initial value')
      const before = step(required(document.final, 'final value') - last)
      return { declared: before + step(head.energy - step(initial)), base: initial }
    }
    default:
      step(head.energy - last)
      return { declared: undefined, base: last }
  }
}

/** Counts the next `count` readings of the held chain, each by its step from the one before. */
function follow(state: RegisterState, count: number): Resolved {
  const superseded = state.held.filter(held => held.superseded)
  const chain = state.held.slice(superseded.length)
  if (count < 0 || count > chain.length) throw broken('it counts more readings than are held')
  let current: RegisterState = { ...state, held: [...superseded, ...chain.slice(count)] }
  let released = 0n
  for (const held of chain.slice(0, count)) {
    const { last, serial } = current
    if (last !== undefined && held.measuredAt <= last.measuredAt) continue
    if (serial && held.serial && serial !== held.serial) throw broken('another serial number')
    released += held.energy - (last?.energy ?? held.energy)
    const { energy, measuredAt, sequence } = held
    current = {
      ...countCounter(current, { energy, measuredAt, sequence }),
      serial: serial ?? held.serial ?? undefined,
    }
  }
  return {
    state: { ...current, held: reassess(current, current.held) },
    declared: 0n,
    released,
    readings: count,
  }
}
