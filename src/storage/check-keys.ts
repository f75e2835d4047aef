import type { RegisterState } from '../core/register.ts'
import type { Draft } from '../core/register-transition.ts'
import { parseInstant } from '../core/time.ts'
import { Finding } from './check-result.ts'
import type { EntryRow } from './check-rows.ts'
import { integer } from './columns.ts'
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
  #erased = false

  constructor(sql: Sql, stream: StreamState) {
    this.#sql = sql
    this.#stream = stream
  }

  /** Something that may have had a key is not readable any more. */
  erased(): void {
    this.#erased = true
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
    const rows = this.#sql.get('SELECT count(*) AS count FROM readings WHERE stream = ?', this.#stream.id)
    const kept = integer(rows?.count)
    if (kept < this.#count || (kept > this.#count && !this.#erased)) {
      const detail = `${this.#stream.name} has ${this.#count} readings and ${kept} keys of readings`
      throw new Finding('reading-key', detail, { stream: this.#stream.name })
    }
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
