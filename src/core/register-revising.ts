import type { DocumentOf } from './document.ts'
import { type ExactEnergy, subtractExact } from './energy.ts'
import type { HeldReading, HoldReason, RegisterState } from './register.ts'
import { add, broken, heldFrom, nothing, reassess, required } from './register-counting.ts'

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

/**
 * What another value for a known key does to the register, and the figures of its document.
 * @throws EnergywebError `register-law`
 */
export function applyRevision(
  state: RegisterState,
  document: DocumentOf<'revision'>,
  sequence: number,
): { state: RegisterState; figures: Readonly<Record<'total' | 'debit', bigint>> } {
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
