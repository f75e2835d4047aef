import { toBase64url } from '../core/bytes.ts'
import { carbonSchemas } from '../core/carbon-document.ts'
import { type CarbonSummary, carbonStream } from '../core/carbon-log.ts'
import type { CarbonEvent, CarbonState } from '../core/carbon-register.ts'
import { EnergywebError } from '../core/errors.ts'
import { summariseCarbon } from './carbon-rows.ts'
import { blob } from './columns.ts'
import type { EntryContent } from './compose-entry.ts'
import type { StreamState } from './log-state.ts'
import type { Sql } from './sql.ts'
import type { Store } from './store.ts'

/** An asset's stream and its carbon register's. */
export interface CarbonPair {
  readonly asset: StreamState
  readonly stream: StreamState
  readonly carbon: CarbonState
}

/** Undefined when the asset has no carbon register. @throws EnergywebError `stream-unknown` for an unknown asset */
export function findPair(store: Store, name: string): CarbonPair | undefined {
  const asset = store.stream(name)
  const stream = store.findStream(carbonStream(name))
  const carbon = stream?.carbon
  return stream === undefined || carbon === undefined ? undefined : { asset, stream, carbon }
}

/** @throws EnergywebError `stream-unknown` */
export function pairOf(store: Store, name: string): CarbonPair {
  const pair = findPair(store, name)
  if (pair !== undefined) return pair
  throw new EnergywebError('stream-unknown', `${name} has no carbon register`, { hint: 'Open it first.' })
}

/** The register in short. */
export function summaryOf({ sql }: Store, { asset, carbon }: CarbonPair): CarbonSummary {
  return summariseCarbon(sql, asset, carbon)
}

/** An entry of a carbon register's stream, in its own schema. */
export function contentOf(event: CarbonEvent): EntryContent {
  const { kind, document } = event
  return kind === 'gap' ? { kind, document } : { kind, schema: carbonSchemas[kind].name, document }
}

/** Leaf hash of an entry, base64url. */
export function leafOf(sql: Sql, stream: number, sequence: number): string {
  const row = sql.get('SELECT hashes FROM entries WHERE stream = ? AND sequence = ?', stream, sequence)
  return toBase64url(blob(row?.hashes).subarray(0, 32))
}
