import type { DocumentOf } from './document.ts'
import { addFractions, type ExactEnergy } from './energy.ts'
import { EnergywebError } from './errors.ts'
import type { HeldReading, HoldReason, RegisterState } from './register.ts'
import { cover, overlaps } from './register-ranges.ts'
import { parseInstant } from './time.ts'

/** The error of an entry that the law never makes. */
export function broken(why: string): EnergywebError {
  return new EnergywebError('register-law', `the entry breaks the register's law: ${why}`)
}

/** A field that the law needs. */
export function required<Value>(value: Value | null | undefined, name: string): Value {
  if (value === null || value === undefined) throw broken(`it has no ${name}`)
  return value
}

/** Adds to the total what is left after the debit is paid; what is below zero becomes debit. */
export function add(state: RegisterState, { energy, fraction }: ExactEnergy): RegisterState {
  const sum = addFractions(state.fraction, fraction)
  const whole = energy + sum.carry
  if (whole < 0n) return { ...state, fraction: sum.fraction, debit: state.debit - whole }
  const paid = whole < state.debit ? whole : state.debit
  return { ...state, fraction: sum.fraction, debit: state.debit - paid, total: state.total + whole - paid }
}

/** No energy. */
export const nothing: ExactEnergy = { energy: 0n, fraction: '' }

/** The held form of a reading's document. */
export function heldFrom(
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

/** Counts an interval that overlaps none before. */
export function countInterval(
  state: RegisterState,
  amount: ExactEnergy,
  range: { from: number; to: number },
): RegisterState {
  if (amount.energy < 0n) throw broken('an interval below zero')
  if (range.from >= range.to) throw broken('an interval without length')
  if (overlaps(state.covered, range)) throw broken('an interval counted twice')
  return add({ ...state, covered: cover(state.covered, range) }, amount)
}

/** Counts a counter's step from the value before. */
export function countCounter(
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

/** The amounts of a counter's held chain, worked out anew from what is counted. */
export function reassess(state: RegisterState, held: readonly HeldReading[]): readonly HeldReading[] {
  let below = state.last?.energy
  return held.map(reading => {
    if (reading.superseded || reading.from !== null) return reading
    const amount = below === undefined || reading.energy < below ? 0n : reading.energy - below
    below = reading.energy
    return reading.amount === amount ? reading : { ...reading, amount }
  })
}
