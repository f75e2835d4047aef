import type { DocumentOf } from './document.ts'
import { subtractExact } from './energy.ts'
import { type HeldReading, heldEnergy, type RegisterState } from './register.ts'
import { add, broken, countCounter, countInterval, nothing, reassess, required } from './register-counting.ts'
import { overlaps } from './register-ranges.ts'

/** Kinds by which an operator resolves what is held. */
export type ResolutionKind = 'release' | 'write-off' | 'reset' | 'rollover' | 'swap'

/**
 * What a resolution does to the register, and the figures of its document.
 * @throws EnergywebError `register-law`
 */
export function applyResolution(
  state: RegisterState,
  kind: ResolutionKind,
  document: DocumentOf<ResolutionKind>,
): {
  state: RegisterState
  figures: Readonly<
    Record<'total' | 'debit' | 'held' | 'declared' | 'readings' | 'released' | 'writtenOff', bigint>
  >
} {
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
  const at = state.held.findIndex(held => held.sequence === sequence)
  const named = state.held[at]
  if (named === undefined) throw broken('it resolves a reading that is not held')
  if (kind === 'write-off') {
    const held = state.held.toSpliced(at, droppedOf(document, state.held.length - at))
    return { state: { ...state, held }, declared: 0n, released: 0n, readings: 0 }
  }
  const without = { ...state, held: state.held.filter(held => held !== named) }
  if (kind === 'release') return countHeldInterval(without, named)
  if (kind !== 'swap') throw broken(`a ${kind} of intervals`)
  if (named.reason !== 'serial') throw broken('a swap for a reading that is not held for its serial number')
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
    if (held.before === null && overlaps(current.covered, range)) {
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

/** How many readings a write-off drops. */
function droppedOf(document: DocumentOf<ResolutionKind>, available: number): number {
  const dropped = Number(required(document.dropped, 'count of dropped readings'))
  if (dropped < 1 || dropped > available)
    throw broken(`it writes off ${dropped} readings where ${available} are held`)
  return dropped
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
  const readings = Number(required(document.readings, 'count of readings'))
  if (kind === 'write-off') {
    if (state.held[0]?.sequence !== sequence)
      throw broken('it writes off a reading that is not the oldest held')
    return follow({ ...state, held: state.held.slice(droppedOf(document, state.held.length)) }, readings)
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
      if (head.energy >= last) throw broken('a rollover of a counter that did not fall')
      if (state.serial && head.serial && state.serial !== head.serial)
        throw broken("a rollover to another meter's value")
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
