import type { RegisterState } from '../core/register.ts'
import type { Draft } from '../core/register-transition.ts'
import { parseInstant } from '../core/time.ts'
import { Finding } from './check-result.ts'
import type { EntryRow } from './check-rows.ts'
import { integer, type Row } from './columns.ts'
import type { Erasures } from './erasures.ts'
import type { StreamState } from './log-state.ts'
import { findReading } from './reading-keys.ts'
import { settledReadings } from './settled-readings.ts'
import type { Sql } from './sql.ts'

type ReadingDraft = Extract<Draft, { kind: 'reading' | 'revision' }>

/** Compares the kept keys of a stream's readings with what its entries say of them. */
export class KeyCheck {
  readonly #sql: Sql
  readonly #stream: StreamState
  /** Keys whose newest entry was held when it came: their status is known when they are settled. */
  readonly #held = new Map<number, { readonly status: string; readonly row: EntryRow }>()
  #count = 0
  /** Revisions of what was erased: their key may have no reading any more. */
  #orphans = 0
  readonly #erasures: Erasures

  constructor(sql: Sql, stream: StreamState, erasures: Erasures) {
    this.#sql = sql
    this.#erasures = erasures
    this.#stream = stream
  }

  /** The register goes on behind an erased range: what was held before it and is not now was settled in it, unseen. */
  resumed({ held }: RegisterState): void {
    const still = new Set(held.map(({ sequence }) => sequence))
    for (const sequence of this.#held.keys()) if (!still.has(sequence)) this.#held.delete(sequence)
  }

  take(row: EntryRow, draft: Draft, register: { before: RegisterState; after: RegisterState }): void {
    if (draft.kind === 'reading' || draft.kind === 'revision') this.#takeReading(row, draft)
    else if (register.before.held !== register.after.held) {
      for (const { held, status } of settledReadings(register.before, draft, register.after)) {
        const key = this.#held.get(held.sequence)
        this.#held.delete(held.sequence)
        if (key !== undefined && key.status !== status) throw this.#wrong(key.row, `it is ${status} by now`)
      }
    }
  }

  #takeReading(row: EntryRow, { kind, document }: ReadingDraft): void {
    if (kind === 'reading') this.#count += 1
    else if (this.#erasures.covers(this.#stream.id, Number('revises' in document ? document.revises : -1)))
      this.#orphans += 1
    const key = {
      measuredAt: parseInstant(document.measuredAt ?? ''),
      from: document.from === null ? null : parseInstant(document.from),
    }
    const known = findReading(this.#sql, this.#stream.id, key)
    if (known === undefined || known.sequence < row.sequence) throw this.#wrong(row, 'its key is not kept')
    if (known.sequence > row.sequence) return
    if (known.energy !== document.energy || known.fraction !== (document.fraction ?? '')) {
      throw this.#wrong(row, 'its key has another value')
    }
    if (document.status?.startsWith('held/')) this.#held.set(row.sequence, { status: known.status, row })
    else if (known.status !== document.status) throw this.#wrong(row, `its key says ${known.status}`)
  }

  finish(): void {
    for (const { status, row } of this.#held.values()) {
      if (status !== 'held') throw this.#wrong(row, 'it is still held')
    }
    const erased = this.#checkErased()
    const rows = this.#sql.get('SELECT count(*) AS count FROM readings WHERE stream = ?', this.#stream.id)
    const kept = integer(rows?.count)
    // A reading that is still there may have a key whose newest entry was erased.
    if (kept - erased > this.#count + this.#orphans || kept < this.#count) {
      const detail = `${this.#stream.name} has ${this.#count} readings and ${kept} keys of readings`
      throw new Finding('reading-key', detail, { stream: this.#stream.name })
    }
  }

  /** Keys without a value are those of erased ranges, and none of these has one. Answers how many there are. */
  #checkErased(): number {
    const { id } = this.#stream
    const ranges = this.#erasures.of(id).map(({ first, last }) => `sequence BETWEEN ${first} AND ${last}`)
    const within = ranges.length === 0 ? 'FALSE' : `(${ranges.join(' OR ')})`
    const find = (condition: string) =>
      this.#sql.get(`SELECT sequence FROM readings WHERE stream = ? AND ${condition} LIMIT 1`, id)
    const told = find(`${within} AND (status <> 'erased' OR energy <> '0' OR fraction <> '')`)
    if (told !== undefined) throw this.#wrongKey(told, 'says what was erased')
    const invented = find(`status = 'erased' AND NOT ${within}`)
    if (invented !== undefined) throw this.#wrongKey(invented, 'says that it was erased')
    const row = this.#sql.get(`SELECT count(*) AS count FROM readings WHERE stream = ? AND ${within}`, id)
    return integer(row?.count)
  }

  #wrongKey(row: Row, why: string): Finding {
    const sequence = integer(row.sequence)
    const place = { stream: this.#stream.name, sequence }
    return new Finding('reading-key', `the key of reading ${sequence} ${why}`, place)
  }

  #wrong(row: EntryRow, why: string): Finding {
    const { index, sequence } = row
    return new Finding('reading-key', `entry ${index}: ${why}`, {
      index,
      sequence,
      stream: this.#stream.name,
    })
  }
}
