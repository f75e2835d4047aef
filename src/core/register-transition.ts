import type { DocumentOf } from './document.ts'
import type { EntryKind } from './entry.ts'
import { heldEnergy, type RegisterState } from './register.ts'
import { broken, countCounter, countInterval, heldFrom, required } from './register-counting.ts'
import { applyResolution } from './register-resolving.ts'
import { applyRevision, holdReasonOf } from './register-revising.ts'
import { parseInstant } from './time.ts'

/** An entry without its envelope: its kind and its document. */
export type Draft = {
  [Kind in EntryKind]: { readonly kind: Kind; readonly document: DocumentOf<Kind> }
}[EntryKind]

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
      return applyRevision(state, draft.document, sequence)
    case 'hold':
      return { state, figures: { held: heldEnergy(state), ...(state.last && { last: state.last.energy }) } }
    case 'release':
    case 'write-off':
    case 'reset':
    case 'rollover':
    case 'swap':
      return applyResolution(state, draft.kind, draft.document)
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

function supersede(state: RegisterState): RegisterState {
  if (state.held.every(held => held.superseded)) return state
  return { ...state, held: state.held.map(held => ({ ...held, superseded: true })) }
}
