import { toBase64url } from '../core/bytes.ts'
import { type CarbonDocumentOf, type CarbonDraft, decodeCarbonDocument } from '../core/carbon-document.ts'
import {
  type CarbonOpening,
  type CarbonPoint,
  type CarbonStepQuery,
  type CarbonSummary,
  carbonStream,
  type WaitingCarbonStep,
} from '../core/carbon-log.ts'
import { type CarbonState, carbonTotal, chargeCarbon, emptyCarbon } from '../core/carbon-register.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Instant } from '../core/time.ts'
import { contentOf, findPair, leafOf, pairOf, summaryOf } from './carbon-pair.ts'
import { insertCarbon } from './carbon-rows.ts'
import { baseAsOf, filledBehind, firstOpenStep, openSteps } from './carbon-steps.ts'
import { text } from './columns.ts'
import type { StreamState } from './log-state.ts'
import { openStream } from './record.ts'
import type { Sql } from './sql.ts'
import type { Store } from './store.ts'

export interface OpenCarbonInput extends CarbonOpening {
  readonly at: Instant
}

/** Opens a carbon register, or finds it. One that has priced nothing is opened anew where that was configured otherwise. */
export function openCarbon(store: Store, input: OpenCarbonInput): CarbonSummary {
  const { asset: name, basis, source } = input
  const { commitment } = store.stream(name)
  openStream(store, { name: carbonStream(name), commitment, source })
  const known = findPair(store, name)?.carbon
  if (known === undefined || !known.priced) {
    const same = known?.opened?.basis === basis && carbonTotal(known) === (input.opening ?? 0n)
    if (!same) writeOpening(store, input)
  } else if (known.opened?.basis !== basis) {
    throw new EnergywebError(
      'carbon-basis',
      `${name}: its carbon register has counted ${known.opened?.basis} factors, ${source} gives ${basis} ones`,
      { hint: 'The two are never added up. Take a source of the same basis, or a new asset.' },
    )
  }
  return summaryOf(store, pairOf(store, name))
}

function writeOpening(store: Store, { asset: name, basis, source, opening = 0n, at }: OpenCarbonInput): void {
  const asset = store.stream(name)
  const stream = store.stream(carbonStream(name))
  const draft: CarbonDraft = {
    kind: 'opening',
    document: { ...beginningOf(store, asset, stream), asset: asset.publicId, basis, source, total: opening },
  }
  const { state } = chargeCarbon(stream.carbon ?? emptyCarbon, draft, () => undefined)
  const entries = store.compose(stream, [contentOf(draft)], at)
  if (stream.carbon === undefined) insertCarbon(store.sql, { stream: stream.id, asset: asset.id, state })
  store.write({ ...stream, carbon: state }, entries, { register: stream.register })
  store.setStream({ ...asset, pricedBy: stream.id })
}

type Beginning = Pick<CarbonDocumentOf<'opening'>, 'energy' | 'entry' | 'reading'>

/** Where the register begins in its asset's stream. Opened anew, it begins where it began: the steps since then wait. */
function beginningOf({ sql }: Store, asset: StreamState, stream: StreamState): Beginning {
  if (stream.carbon === undefined) {
    const entry = asset.leaf === undefined ? null : toBase64url(asset.leaf)
    return { energy: asset.register.total, entry, reading: BigInt(asset.sequence) }
  }
  const row = sql.get(
    `SELECT d.body FROM entries e JOIN documents d ON d.entry = e.id WHERE e.stream = ? AND e.sequence = 0`,
    stream.id,
  )
  if (row === undefined) return erasedBeginning(sql, asset, stream.carbon)
  const { energy, entry, reading } = decodeCarbonDocument('opening', text(row.body))
  return { energy, entry, reading }
}

/** The first opening's document was erased with its asset's: what the total was then is not brought back. */
function erasedBeginning(sql: Sql, asset: StreamState, { opened }: CarbonState): Beginning {
  const after = opened?.after ?? -1
  const entry = after < 0 ? null : leafOf(sql, asset.id, after)
  return { energy: null, entry, reading: BigInt(after) }
}

/** The register in short; undefined when the asset has none. */
export function carbonSummary(store: Store, asset: string): CarbonSummary | undefined {
  const pair = findPair(store, asset)
  return pair && summaryOf(store, pair)
}

/** Steps of an asset that are not settled. */
export function listSteps(
  store: Store,
  { asset, query }: { asset: string; query: CarbonStepQuery },
): readonly WaitingCarbonStep[] {
  return openSteps(store.sql, pairOf(store, asset).asset.id, query).map(
    ({ sequence, at, from, to, energy }) => ({ sequence, at, from, to, energy }),
  )
}

/** The register as of entries of its asset; undefined when the asset has none. */
export function carbonAt(
  store: Store,
  { asset: name, sequences }: { asset: string; sequences: readonly number[] },
): readonly CarbonPoint[] | undefined {
  const pair = findPair(store, name)
  if (pair === undefined) return undefined
  const { asset, carbon } = pair
  const { sql } = store
  const waiting = firstOpenStep(sql, asset.id, 'waiting') ?? Number.POSITIVE_INFINITY
  const missing = firstOpenStep(sql, asset.id, 'missing') ?? Number.POSITIVE_INFINITY
  return sequences.map(sequence => ({
    sequence,
    total:
      (baseAsOf(sql, asset.id, sequence) ?? carbon.base) +
      carbon.filled -
      filledBehind(sql, asset.id, sequence),
    settled: sequence < waiting,
    complete: sequence < waiting && sequence < missing && sequence >= (carbon.opened?.after ?? 0),
  }))
}
