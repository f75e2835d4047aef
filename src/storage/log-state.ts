import type { CarbonState } from '../core/carbon-register.ts'
import { EnergywebError } from '../core/errors.ts'
import type { CommitmentKind } from '../core/log.ts'
import type { RegisterState } from '../core/register.ts'
import { decodeHeld, decodeRegister } from '../core/register-json.ts'
import type { Instant } from '../core/time.ts'
import type { Frontier } from '../proof/merkle.ts'
import { frontierOf } from '../proof/merkle-proof.ts'
import { loadCarbon } from './carbon-rows.ts'
import { blob, integer, optional, type Row, text } from './columns.ts'
import type { Sql } from './sql.ts'
import { nodesOf } from './tree.ts'

/** What the store remembers of a stream, so that an append need not read. Never changed, only replaced. */
export interface StreamState {
  readonly id: number
  readonly name: string
  /** The random id that entries carry, base64url. */
  readonly publicId: string
  readonly commitment: CommitmentKind
  readonly source: string
  /** Of the newest entry; -1 at first. */
  readonly sequence: number
  /** Leaf hash of the newest entry. */
  readonly leaf: Uint8Array | undefined
  readonly register: RegisterState
  /** Newest instant of any reading key: a later one is surely unknown. */
  readonly newestKey: Instant | undefined
  /** Of the stream that prices this one's steps; undefined when there is none. */
  readonly pricedBy: number | undefined
  /** Of a carbon register's stream. */
  readonly carbon: CarbonState | undefined
}

/** The frontier of the first `size` entries. */
export function loadFrontier(sql: Sql, size: number): Frontier {
  return frontierOf(size, nodesOf(sql))
}

function commitmentOf(value: unknown): CommitmentKind {
  if (value !== 'fields' && value !== 'document') {
    throw new EnergywebError('log-corrupt', 'a stream of unknown commitment')
  }
  return value
}

/** The register of a stream as it was kept. */
function loadRegister(sql: Sql, stream: number, state: string): RegisterState {
  const held = sql.all('SELECT sequence, reading FROM held WHERE stream = ? ORDER BY position', stream)
  const covered = sql.all('SELECT from_at, to_at FROM covered WHERE stream = ? ORDER BY from_at', stream)
  return {
    ...decodeRegister(state),
    held: held.map(row => decodeHeld(integer(row.sequence), text(row.reading))),
    covered: covered.map(row => ({ from: integer(row.from_at), to: integer(row.to_at) })),
  }
}

function loadStream(sql: Sql, row: Row): StreamState {
  const id = integer(row.id)
  const newest = sql.get('SELECT max(measured_at) AS newest FROM readings WHERE stream = ?', id)
  return {
    id,
    name: text(row.name),
    publicId: text(row.public_id),
    commitment: commitmentOf(row.commitment),
    source: text(row.source),
    sequence: integer(row.sequence),
    leaf: optional(row.leaf, blob),
    register: loadRegister(sql, id, text(row.state)),
    newestKey: optional(newest?.newest, integer),
    ...loadCarbon(sql, id),
  }
}

const streamColumns = `SELECT s.id, s.name, s.public_id, s.commitment, s.source, r.sequence, r.leaf, r.state
  FROM streams s JOIN registers r ON r.stream = s.id`

/** Every stream by its name. */
export function loadStreams(sql: Sql): Map<string, StreamState> {
  return new Map(
    sql.all(`${streamColumns} ORDER BY s.id`).map(row => {
      const stream = loadStream(sql, row)
      return [stream.name, stream]
    }),
  )
}

/** One stream; undefined when there is none of this name. */
export function loadStreamNamed(sql: Sql, name: string): StreamState | undefined {
  const row = sql.get(`${streamColumns} WHERE s.name = ?`, name)
  return row && loadStream(sql, row)
}

/** Size and root as the last commit left them. */
export function loadHead(sql: Sql): { size: number; root: Uint8Array } {
  const row = sql.get('SELECT size, root FROM head WHERE id = 0')
  return { size: integer(row?.size), root: blob(row?.root) }
}
