import type { DocumentOf } from './document.ts'
import { EnergywebError } from './errors.ts'
import type { HeldReading, RegisterLimits, RegisterState, Resolution } from './register.ts'
import { Drafts } from './register-drafts.ts'
import { holdOf } from './register-judge.ts'
import { misfit } from './register-misfit.ts'
import type { ResolutionKind } from './register-resolving.ts'
import { type Draft, transition } from './register-transition.ts'

/**
 * Decides which entries an operator's command makes. What is held behind the resolved reading is judged again, as if it
 * came now; the first that still can't be explained is held anew.
 *
 * @throws EnergywebError `resolution-refused` for a command that the law does not allow, saying why.
 */
export function judgeResolution(
  state: RegisterState,
  resolution: Resolution,
  { sequence, limits }: { sequence: number; limits: RegisterLimits },
): { drafts: readonly Draft[]; state: RegisterState } {
  const named = nameReading(state, resolution)
  if (resolution.kind === 'write-off' && !Number.isSafeInteger(resolution.readings ?? 1)) {
    throw refused('the number of readings to write off is not a whole number')
  }
  const document = documentOf(resolution, named)
  const counted = countable(state, resolution, { document, limits })
  const entries = new Drafts(state, sequence)
  lawful(() => entries.push({ kind: resolution.kind, document: { ...document, readings: BigInt(counted) } }))
  const head = entries.state.held.find(held => !held.superseded)
  if (state.opened?.kind === 'counter' && head !== undefined) {
    entries.push(holdOf(head.sequence, reasonOf(entries.state, head, limits)))
  }
  return { drafts: entries.drafts, state: entries.state }
}

function refused(message: string, hint?: string): EnergywebError {
  return new EnergywebError('resolution-refused', message, hint === undefined ? {} : { hint })
}

function lawful<Result>(action: () => Result): Result {
  try {
    return action()
  } catch (cause) {
    if (cause instanceof EnergywebError && cause.code === 'register-law') {
      throw new EnergywebError('resolution-refused', cause.message.replace(/^.*law: /, 'refused: '), {
        cause,
      })
    }
    throw cause
  }
}

function nameReading(state: RegisterState, resolution: Resolution): HeldReading {
  const { held, opened } = state
  if (held.length === 0) throw refused('nothing is held')
  const wanted = resolution.reading
  const first =
    resolution.kind === 'write-off' || opened?.kind === 'interval'
      ? held[0]
      : held.find(other => !other.superseded)
  const named = wanted === undefined ? first : held.find(other => other.sequence === wanted)
  if (named === undefined) {
    throw wanted === undefined
      ? refused('later readings were counted without what is held', 'Write it off.')
      : refused(`entry ${wanted} of the stream is not held`)
  }
  if (opened?.kind !== 'interval' && named !== first) {
    throw refused(`resolve entry ${first?.sequence} first: a counter's readings are resolved in order`)
  }
  if (opened === undefined && resolution.kind !== 'write-off') {
    throw refused('the register is not open yet', 'Write it off; the next good reading opens the register.')
  }
  if (opened?.kind === 'interval' && (resolution.kind === 'reset' || resolution.kind === 'rollover')) {
    throw refused(`an interval knows no ${resolution.kind}`)
  }
  return named
}

function documentOf(resolution: Resolution, named: HeldReading): DocumentOf<ResolutionKind> {
  const { kind, by, reason } = resolution
  return {
    by,
    reason,
    reading: BigInt(named.sequence),
    serial: named.serial,
    initial: kind === 'reset' || kind === 'swap' ? resolution.initial : null,
    final: kind === 'swap' ? resolution.final : null,
    modulus: kind === 'rollover' ? resolution.modulus : null,
    dropped: kind === 'write-off' ? BigInt(resolution.readings ?? 1) : 0n,
    readings: kind === 'write-off' ? 0n : 1n,
    declared: null,
    debit: null,
    held: null,
    released: null,
    total: null,
    writtenOff: null,
  }
}

/** How many readings of a counter's chain the entry counts: the resolved one and those behind it that it explains. */
function countable(
  state: RegisterState,
  resolution: Resolution,
  { document, limits }: { document: DocumentOf<ResolutionKind>; limits: RegisterLimits },
): number {
  const first = lawful(() => transition(state, { kind: resolution.kind, document }, 0).state)
  if (state.opened?.kind === 'interval') return 0
  let current = first
  let count = resolution.kind === 'write-off' ? 0 : 1
  for (const held of first.held.filter(other => !other.superseded)) {
    const { last } = current
    const late = last !== undefined && held.measuredAt <= last.measuredAt
    if (!late && reasonAfter(current, held, limits) !== undefined) break
    if (!late)
      current = {
        ...current,
        serial: current.serial ?? held.serial ?? undefined,
        last: { energy: held.energy, measuredAt: held.measuredAt, sequence: held.sequence },
      }
    count += 1
  }
  return count
}

function reasonAfter(state: RegisterState, held: HeldReading, limits: RegisterLimits) {
  if (held.energy < 0n) return 'negative'
  if (held.reason === 'clock') return 'clock'
  return state.last === undefined ? undefined : misfit({ ...state.last, serial: state.serial }, held, limits)
}

function reasonOf(state: RegisterState, held: HeldReading, limits: RegisterLimits) {
  return reasonAfter(state, held, limits) ?? held.reason
}
