import { setImmediate } from 'node:timers/promises'
import { decodeCarbon, encodeCarbon } from '../core/carbon-json.ts'
import {
  applyCarbon,
  type CarbonEvent,
  type CarbonState,
  emptyCarbon,
  type OpenCarbonStep,
  openStepOf,
} from '../core/carbon-register.ts'
import type { StoredEntry } from '../core/log.ts'
import { entriesOfStream } from './entry-rows.ts'
import type { Erasure } from './erasures.ts'
import type { StreamState } from './log-state.ts'
import type { Sql } from './sql.ts'

const pageSize = 500

/** The end of what goes of a carbon register's stream when its asset's goes up to an entry. */
export type CarbonEnd =
  | { readonly last: number; readonly state: string }
  /** A factor is missing there: the asset's range must end with this entry of it or before. */
  | { readonly assetLast: number }

/**
 * Replays a carbon register up to the last entry that prices what goes of its asset. It must not stop where a factor is missing:
 * the entry that fills it in later needs what was said then.
 * @throws EnergywebError `carbon-law` when the stream is damaged; the signal's reason
 */
export async function planCarbonErasure(
  sql: Sql,
  input: { stream: StreamState; erasures: readonly Erasure[]; assetLast: number },
  { signal }: { signal?: AbortSignal } = {},
): Promise<CarbonEnd> {
  const replay = new CarbonReplay(input.erasures)
  let after = -1
  for (let isMore = true; isMore; ) {
    const page = entriesOfStream(sql, input.stream.id, { after, limit: pageSize })
    isMore = page.length === pageSize
    for (const entry of page) {
      if (pricedBy(entry) > input.assetLast) return replay.end(pricedBy(entry))
      replay.take(entry)
      after = entry.sequence
    }
    await setImmediate()
    signal?.throwIfAborted()
  }
  return replay.end(Number.POSITIVE_INFINITY)
}

/** The entry of the asset that an entry is the first to price; -1 for all others. */
function pricedBy({ kind, document }: StoredEntry): number {
  return kind === 'reading' && typeof document?.reading === 'bigint' ? Number(document.reading) : -1
}

class CarbonReplay {
  readonly #erasures: readonly Erasure[]
  readonly #missing = new Map<number, OpenCarbonStep>()
  #state: CarbonState | undefined = emptyCarbon
  /** The last place where nothing was missing. */
  #free: { readonly last: number; readonly state: CarbonState } | undefined
  /** What of the asset comes behind that place. */
  #next: number | undefined
  #last = -1

  constructor(erasures: readonly Erasure[]) {
    this.#erasures = erasures
  }

  take(entry: StoredEntry): void {
    const { sequence } = entry
    const priced = pricedBy(entry)
    if (priced >= 0 && this.#next === undefined) this.#next = priced
    this.#apply(entry)
    const ended = this.#erasures.find(({ last }) => last === sequence)
    if (ended !== undefined) {
      this.#state = decodeCarbon(ended.state)
      this.#missing.clear()
    }
    this.#last = sequence
    if (this.#state === undefined || this.#missing.size > 0) return
    this.#free = { last: sequence, state: this.#state }
    this.#next = undefined
  }

  #apply({ kind, document, sequence }: StoredEntry): void {
    if (document === undefined) this.#state = undefined
    if (this.#state === undefined || !['opening', 'reading', 'revision', 'gap'].includes(kind)) return
    // The document was read by the schema that its entry names.
    const event = { kind, document } as CarbonEvent
    this.#state = applyCarbon(this.#state, event, revised => this.#missing.get(revised))
    if (event.kind === 'reading' && event.document.status === 'missing') {
      this.#missing.set(sequence, openStepOf(event.document))
    }
    if (event.kind === 'revision') this.#missing.delete(Number(event.document.revises))
  }

  /** @param following - the entry of the asset that is priced next */
  end(following: number): CarbonEnd {
    if (this.#free?.last === this.#last) return { last: this.#last, state: encodeCarbon(this.#free.state) }
    if (this.#last < 0) return { last: -1, state: '' }
    return { assetLast: (this.#next ?? following) - 1 }
  }
}
