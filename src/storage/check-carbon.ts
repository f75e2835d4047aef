import { toBase64url } from '../core/bytes.ts'
import type { CarbonDocumentOf } from '../core/carbon-document.ts'
import { decodeCarbon, encodeCarbon } from '../core/carbon-json.ts'
import {
  applyCarbon,
  type CarbonEvent,
  type CarbonState,
  emptyCarbon,
  type OpenCarbonStep,
  openStepOf,
} from '../core/carbon-register.ts'
import type { CarbonStep } from '../core/carbon-step.ts'
import type { Energy } from '../core/energy.ts'
import { messageOf } from '../core/errors.ts'
import { formatInstant } from '../core/time.ts'
import { findStep, openSteps, type StepRow } from './carbon-steps.ts'
import { type CheckReason, Finding } from './check-result.ts'
import type { EntryRow } from './check-rows.ts'
import { integer } from './columns.ts'
import type { StreamState } from './log-state.ts'
import type { Sql } from './sql.ts'

/** The end of an asset's stream, as far as the check has come. */
export interface AssetEnd {
  readonly sequence: number
  /** Latin1 text of the leaf hash of its last entry. */
  readonly leaf: string | undefined
  /** Undefined where erased documents leave it unknown. */
  readonly total: Energy | undefined
}

/** Follows one carbon register beside its asset: each rise of the asset's total must be priced once, in order, as it was. */
export class CarbonCheck {
  readonly #sql: Sql
  readonly #asset: StreamState
  readonly #stream: StreamState
  /** Steps that the asset's entries made and no entry has settled, by sequence. */
  readonly #waiting = new Map<number, OpenCarbonStep>()
  /** Steps without a factor, by the sequence of the entry that says so. */
  readonly #missing = new Map<number, OpenCarbonStep>()
  /** Undefined behind an erased entry: what it did is not known. */
  #state: CarbonState | undefined = emptyCarbon
  #steps = 0
  #erased = false

  constructor(sql: Sql, asset: StreamState, stream: StreamState) {
    this.#sql = sql
    this.#asset = asset
    this.#stream = stream
  }

  /** A document of either stream is not readable any more. */
  erased(stream: number): void {
    this.#erased = true
    if (stream === this.#stream.id) this.#state = undefined
  }

  /** An entry of the asset has raised its total. */
  step({ sequence, energy, from, to }: CarbonStep, leaf: string): void {
    // Behind an erased opening the state is unknown; before the opening nothing is priced, whatever was erased.
    if (this.#state !== undefined && this.#state.opened === undefined) return
    this.#steps += 1
    this.#waiting.set(sequence, {
      reading: sequence,
      entry: nameOf(leaf),
      energy,
      from: formatInstant(from),
      to: formatInstant(to),
    })
  }

  /** The carbon register's own entry. */
  take(row: EntryRow, event: CarbonEvent, asset: AssetEnd): void {
    const before = this.#state
    if (event.kind === 'opening' && before?.opened === undefined)
      this.#checkOpening(row, event.document, asset)
    if (event.kind === 'reading') this.#settle(row, event.document, before)
    if (event.kind === 'revision')
      this.#checkRow(row, Number(event.document.reading), { filled: event.document.carbon })
    if (before !== undefined) {
      try {
        this.#state = applyCarbon(before, event, sequence => this.#missing.get(sequence))
      } catch (error) {
        throw this.#finding('carbon-law', `entry ${row.index}: ${messageOf(error)}`, row)
      }
    }
    if (event.kind === 'reading' && event.document.status === 'missing') {
      this.#missing.set(row.sequence, openStepOf(event.document))
    }
    if (event.kind === 'revision') this.#missing.delete(Number(event.document.revises))
  }

  /**
   * The register goes on from what an erasure says of the end of its range, where nothing is missing: what waited until then is
   * priced.
   */
  resume(row: EntryRow, text: string): void {
    try {
      const resumed = decodeCarbon(text)
      if (this.#state === undefined || encodeCarbon(this.#state) === text) {
        this.#state = resumed
        this.#missing.clear()
        for (const reading of this.#waiting.keys()) {
          if (reading <= resumed.cursor) this.#waiting.delete(reading)
        }
        return
      }
    } catch (error) {
      throw this.#finding('carbon-law', `entry ${row.index}: ${messageOf(error)}`, row)
    }
    throw this.#finding('carbon-law', `entry ${row.index} erases, with another carbon register`, row)
  }

  #checkOpening(
    row: EntryRow,
    document: CarbonDocumentOf<'opening'>,
    { sequence, leaf, total }: AssetEnd,
  ): void {
    const entry = leaf === undefined ? null : nameOf(leaf)
    const right =
      document.asset === this.#asset.publicId &&
      document.reading === BigInt(sequence) &&
      document.entry === entry &&
      (total === undefined || document.energy === total)
    if (right) return
    const detail = `entry ${row.index} opens at another place than the end of ${this.#asset.name}`
    throw this.#finding('carbon-law', detail, row)
  }

  /** The step that it prices must be the next one that waits, with its energy and time. */
  #settle(row: EntryRow, document: CarbonDocumentOf<'reading'>, before: CarbonState | undefined): void {
    const reading = Number(document.reading)
    const [next] = this.#waiting.values()
    const step = this.#waiting.get(reading)
    this.#waiting.delete(reading)
    if (step === undefined) {
      if (this.#erased) return
      throw this.#finding(
        'carbon-law',
        `entry ${row.index} prices entry ${reading}, which waits for no factor`,
        row,
      )
    }
    if (next !== step) {
      throw this.#finding(
        'carbon-law',
        `entry ${row.index} prices entry ${reading} before entry ${next?.reading}`,
        row,
      )
    }
    const { energy, entry, from, to } = step
    if (
      document.energy !== energy ||
      document.entry !== entry ||
      document.from !== from ||
      document.to !== to
    ) {
      const detail = `entry ${row.index} prices ${document.energy} mJ of ${document.from} to ${document.to}; entry ${reading} of ${this.#asset.name} added ${energy} mJ of ${from} to ${to}`
      throw this.#finding('carbon-law', detail, row)
    }
    this.#checkRow(row, reading, { entry: row.sequence, ...(before && { base: before.base }) })
  }

  #checkRow(
    row: EntryRow,
    reading: number,
    expected: { entry?: number; base?: bigint; filled?: bigint | null },
  ): void {
    const kept = findStep(this.#sql, this.#asset.id, reading)
    if (kept === undefined && this.#erased) return
    const same =
      kept !== undefined &&
      (expected.entry === undefined || kept.entry === expected.entry) &&
      (expected.base === undefined || kept.base === expected.base) &&
      (expected.filled === undefined || (kept.filled === expected.filled && kept.state === 'counted'))
    if (same) return
    const detail = `entry ${row.index}: what is kept of the step of entry ${reading} says otherwise`
    throw this.#finding('carbon-state', detail, row)
  }

  /** Compares the ends with what is kept. */
  finish(): void {
    const { carbon, name } = this.#stream
    const kept = carbon === undefined ? undefined : encodeCarbon(carbon)
    if (this.#state !== undefined && encodeCarbon(this.#state) !== kept) {
      throw this.#wrongState(`the carbon register ${name} is not what its entries make`)
    }
    this.#compare('waiting', this.#waiting)
    this.#compare('missing', new Map([...this.#missing.values()].map(step => [step.reading, step])))
    const rows = this.#sql.get('SELECT count(*) AS count FROM carbon_steps WHERE asset = ?', this.#asset.id)
    if (!this.#erased && integer(rows?.count) !== this.#steps) {
      throw this.#wrongState(`${this.#asset.name} has ${this.#steps} steps and ${rows?.count} rows of steps`)
    }
  }

  #compare(state: 'waiting' | 'missing', steps: ReadonlyMap<number, OpenCarbonStep>): void {
    const rows = openSteps(this.#sql, this.#asset.id, { state, limit: Number.MAX_SAFE_INTEGER })
    const wrong = rows.find(row => !agrees(row, steps.get(row.sequence)))
    const more = rows.length - steps.size
    if ((wrong === undefined && more === 0) || (this.#erased && more >= 0)) return
    throw this.#wrongState(
      wrong === undefined
        ? `${this.#stream.name}: ${steps.size} steps are ${state}, ${rows.length} are kept as such`
        : `${this.#stream.name}: the step of entry ${wrong.sequence} is kept as ${state} and is not, or is another`,
    )
  }

  #wrongState(detail: string): Finding {
    const { name, sequence } = this.#stream
    return new Finding('carbon-state', detail, { stream: name, sequence })
  }

  #finding(reason: CheckReason, detail: string, { index, sequence }: EntryRow): Finding {
    return new Finding(reason, detail, { index, sequence, stream: this.#stream.name })
  }
}

function nameOf(leaf: string): string {
  return toBase64url(Buffer.from(leaf, 'latin1'))
}

function agrees(row: StepRow, step: OpenCarbonStep | undefined): boolean {
  return (
    step !== undefined &&
    row.energy === step.energy &&
    formatInstant(row.from) === step.from &&
    formatInstant(row.to) === step.to
  )
}
