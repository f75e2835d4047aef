import type { CarbonBasis } from './carbon.ts'
import type { CarbonDocumentOf, CarbonDraft } from './carbon-document.ts'
import { carbonOf } from './carbon-pricing.ts'
import type { DocumentOf } from './document.ts'
import type { Energy } from './energy.ts'
import { EnergywebError } from './errors.ts'
import type { Mass } from './mass.ts'
import { parseInstant } from './time.ts'

/*
 * The carbon register: the exact, never-falling total of CO2 that we keep for an asset, beside its energy register. Each
 * rise of the asset's total is priced once, with the factor of its own time. A pure state machine like the energy
 * register: `chargeCarbon` works out what an entry does and its figures, `applyCarbon` replays it.
 */

export interface CarbonState {
  /** Undefined before the opening. */
  readonly opened:
    | {
        readonly basis: CarbonBasis
        /** Random id of the asset's stream. */
        readonly asset: string
        /** Sequence of the asset's last entry that is not priced; -1 when it had none. */
        readonly after: number
      }
    | undefined
  /** What it was opened with and what was priced in time, nanograms. */
  readonly base: Mass
  /** What revisions added later for steps whose factor was missing, nanograms. */
  readonly filled: Mass
  /** Sequence of the asset's newest entry that is priced or known to be missing. */
  readonly cursor: number
  /** Why factors are missing now, as the last gap says; null while they are there. */
  readonly outage: string | null
  /** False until an entry has taken something in: so long another opening may replace the first. */
  readonly priced: boolean
}

export const emptyCarbon: CarbonState = {
  opened: undefined,
  base: 0n,
  filled: 0n,
  cursor: -1,
  outage: null,
  priced: false,
}

/** Never falls, nanograms. */
export function carbonTotal({ base, filled }: CarbonState): Mass {
  return base + filled
}

/** A step whose factor is missing, as its entry says. */
export interface OpenCarbonStep {
  readonly reading: number
  readonly entry: string
  readonly energy: Energy
  readonly from: string
  readonly to: string
}

/** What can stand in a carbon register's stream and touches the register. */
export type CarbonEvent = CarbonDraft | { readonly kind: 'gap'; readonly document: DocumentOf<'gap'> }

/** Finds a step without a factor by the sequence of its entry in the carbon stream; undefined when there is none. */
export type FindOpenStep = (sequence: number) => OpenCarbonStep | undefined

export type CarbonFigures = Readonly<Partial<Record<'total' | 'carbon' | 'before', bigint>>>

/**
 * What an entry does to the carbon register, worked out from its facts alone, and the figures of its document.
 * @throws EnergywebError `carbon-law` for an entry that the law never makes
 */
export function chargeCarbon(
  state: CarbonState,
  event: CarbonEvent,
  open: FindOpenStep,
): { state: CarbonState; figures: CarbonFigures } {
  switch (event.kind) {
    case 'opening':
      return openCarbon(state, event.document)
    case 'reading':
      return priceStep(state, event.document)
    case 'revision':
      return fillStep(state, event.document, open)
    case 'gap':
      return { state: { ...state, outage: required(event.document.reason, 'reason') }, figures: {} }
  }
}

/**
 * Replays one entry: what it does to the carbon register, and that its document says the same.
 * @throws EnergywebError `carbon-law`
 */
export function applyCarbon(state: CarbonState, event: CarbonEvent, open: FindOpenStep): CarbonState {
  const { state: next, figures } = chargeCarbon(state, event, open)
  const document: Readonly<Record<string, unknown>> = event.document
  for (const [field, figure] of Object.entries(figures)) {
    if (document[field] !== figure) {
      throw broken(`the document says ${field} ${document[field]}, the law ${figure}`)
    }
  }
  return next
}

/** The step that a missing reading leaves open. */
export function openStepOf(document: CarbonDocumentOf<'reading'>): OpenCarbonStep {
  return {
    reading: Number(required(document.reading, 'priced entry')),
    entry: required(document.entry, 'leaf hash'),
    energy: required(document.energy, 'energy'),
    from: required(document.from, 'start'),
    to: required(document.to, 'end'),
  }
}

function openCarbon(state: CarbonState, document: CarbonDocumentOf<'opening'>) {
  if (state.priced) throw broken('a second opening')
  const total = required(document.total, 'total')
  if (total < 0n) throw broken('an opening below zero')
  const after = Number(required(document.reading, "asset's last entry"))
  const asset = required(document.asset, 'asset')
  if (state.opened !== undefined && (state.opened.asset !== asset || state.opened.after !== after)) {
    throw broken('another opening, of another asset or time')
  }
  const opened = { basis: basisOf(document.basis), asset, after }
  return {
    state: { ...emptyCarbon, opened, base: total, cursor: after },
    figures: { total },
  }
}

function priceStep(state: CarbonState, document: CarbonDocumentOf<'reading'>) {
  const { reading, energy } = stepOf(state, document)
  if (reading <= state.cursor) throw broken(`it prices entry ${reading} a second time, or out of order`)
  const moved = { ...state, cursor: reading, priced: true }
  if (document.status === 'missing') {
    // Law: silence is said once, before what it concerns.
    if (state.outage === null || document.reason !== state.outage)
      throw broken('a missing factor without its gap')
    const { factor, basis, scope, estimated, raw, cid } = document
    if ([factor, basis, scope, estimated, raw, cid].some(field => field !== null)) {
      throw broken('a missing factor that is there')
    }
    return { state: moved, figures: { carbon: 0n, total: carbonTotal(state) } }
  }
  if (document.status !== 'counted') throw broken(`a carbon reading of status "${document.status}"`)
  const carbon = charged(state, document, energy)
  const next = { ...moved, base: state.base + carbon, outage: null }
  return { state: next, figures: { carbon, total: carbonTotal(next) } }
}

function fillStep(state: CarbonState, document: CarbonDocumentOf<'revision'>, open: FindOpenStep) {
  const { energy } = stepOf(state, document)
  const step = open(Number(required(document.revises, 'revised entry')))
  if (step === undefined) throw broken('it revises what is not missing')
  const same = openStepOf(document)
  if (
    same.reading !== step.reading ||
    same.entry !== step.entry ||
    same.energy !== step.energy ||
    same.from !== step.from ||
    same.to !== step.to
  ) {
    throw broken('it revises with another energy, time or entry')
  }
  if (document.status !== 'counted') throw broken(`a carbon revision of status "${document.status}"`)
  const carbon = charged(state, document, energy)
  const next = { ...state, filled: state.filled + carbon }
  return { state: next, figures: { before: 0n, carbon, total: carbonTotal(next) } }
}

/** The facts that every priced step has. */
function stepOf(state: CarbonState, document: CarbonDocumentOf<'reading'>): OpenCarbonStep {
  if (state.opened === undefined) throw broken('it stands before the opening')
  if (document.stream !== state.opened.asset) throw broken("it prices another asset's entry")
  const step = openStepOf(document)
  if (step.energy <= 0n) throw broken('it prices no energy')
  if (parseInstant(step.from) >= parseInstant(step.to)) throw broken('it prices a time without length')
  return step
}

function charged(state: CarbonState, document: CarbonDocumentOf<'reading'>, energy: Energy): Mass {
  const factor = required(document.factor, 'factor')
  if (factor < 0n) throw broken('a factor below zero')
  if (document.basis !== state.opened?.basis) {
    throw broken(`a ${document.basis} factor in a register of ${state.opened?.basis} factors`)
  }
  required(document.raw, 'hash of what the service said')
  required(document.cid, 'CID of what the service said')
  required(document.estimated, 'word on whether it is estimated')
  if (document.reason !== null) throw broken('a factor that is there and missing')
  return carbonOf(energy, factor)
}

function basisOf(basis: string | null): CarbonBasis {
  if (basis !== 'marginal' && basis !== 'average') throw broken(`a basis "${basis}"`)
  return basis
}

function required<Value>(value: Value | null | undefined, name: string): Value {
  if (value === null || value === undefined) throw broken(`it has no ${name}`)
  return value
}

function broken(why: string): EnergywebError {
  return new EnergywebError('carbon-law', `the entry breaks the carbon register's law: ${why}`)
}
