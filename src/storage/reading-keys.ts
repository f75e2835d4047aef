import { EnergywebError } from '../core/errors.ts'
import type { HeldReading } from '../core/register.ts'
import type { KnownReading } from '../core/register-judge.ts'
import type { Instant } from '../core/time.ts'
import { big, integer, type Row, text } from './columns.ts'
import type { StreamState } from './log-state.ts'
import type { Sql } from './sql.ts'

/** A reading's key in its stream. */
export interface ReadingKey {
  readonly measuredAt: Instant
  readonly from?: Instant | null | undefined
}

/** A counter has no start; its row says so by one that is its own instant, which no interval can have. */
function startOf({ measuredAt, from }: ReadingKey): Instant {
  return from ?? measuredAt
}

/** What a row of `readings` says. */
function knownReadingOf(row: Row): KnownReading {
  const status = text(row.status)
  if (status !== 'counted' && status !== 'held' && status !== 'late' && status !== 'erased') {
    throw new EnergywebError('log-corrupt', `a reading's key has the status "${status}"`)
  }
  return {
    sequence: integer(row.sequence),
    energy: big(row.energy),
    fraction: text(row.fraction),
    status,
  }
}

/** Looks a key up in the database. */
export function findReading(sql: Sql, stream: number, key: ReadingKey): KnownReading | undefined {
  const row = sql.get(
    'SELECT sequence, energy, fraction, status FROM readings WHERE stream = ? AND measured_at = ? AND from_at = ?',
    stream,
    key.measuredAt,
    startOf(key),
  )
  return row && knownReadingOf(row)
}

/** The keys of one stream as a request sees them: what it has found out itself, over what the database holds. */
export class ReadingKeys {
  readonly #sql: Sql
  readonly #stream: StreamState
  readonly #news = new Map<string, { readonly key: ReadingKey; readonly known: KnownReading }>()
  #newest: Instant | undefined

  constructor(sql: Sql, stream: StreamState) {
    this.#sql = sql
    this.#stream = stream
    this.#newest = stream.newestKey
  }

  /** Newest instant of any key. */
  get newest(): Instant | undefined {
    return this.#newest
  }

  find(key: ReadingKey): KnownReading | undefined {
    if (this.#newest === undefined || key.measuredAt > this.#newest) return undefined
    return this.#news.get(nameOf(key))?.known ?? findReading(this.#sql, this.#stream.id, key)
  }

  set(key: ReadingKey, known: KnownReading): void {
    this.#news.set(nameOf(key), { key, known })
    this.#newest = Math.max(key.measuredAt, this.#newest ?? key.measuredAt)
  }

  /** A held reading is held no more. */
  settle(held: HeldReading, status: 'counted' | 'late'): void {
    const { sequence, energy, fraction } = held
    this.set(held, { sequence, energy, fraction, status })
  }

  write(): void {
    for (const { key, known } of this.#news.values()) {
      this.#sql.run(
        `INSERT INTO readings (stream, measured_at, from_at, sequence, energy, fraction, status)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET sequence = excluded.sequence, energy = excluded.energy,
           fraction = excluded.fraction, status = excluded.status`,
        this.#stream.id,
        key.measuredAt,
        startOf(key),
        known.sequence,
        known.energy.toString(),
        known.fraction,
        known.status,
      )
    }
  }
}

function nameOf(key: ReadingKey): string {
  return `${key.measuredAt}/${startOf(key)}`
}
