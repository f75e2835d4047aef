import type { Document } from '../../src/core/document.ts'
import type { EntryKind } from '../../src/core/entry.ts'
import { EnergywebError } from '../../src/core/errors.ts'
import type { EntryReference, RecordOutcome, StoredEntry, StreamOptions } from '../../src/core/log.ts'
import type { Reading } from '../../src/core/reading.ts'
import {
  emptyRegister,
  type RegisterLimits,
  type RegisterState,
  type RegisterSummary,
  summarise,
} from '../../src/core/register.ts'
import { judgeReading, type KnownReading } from '../../src/core/register-judge.ts'
import type { GatewayLog } from '../../src/gateway/index.ts'

interface Stream {
  state: RegisterState
  readonly entries: StoredEntry[]
  readonly known: Map<string, KnownReading>
}

/** A log in memory with the real register law; `break()` makes it fail as a full disk does. It outlives its closing. */
export class MemoryLog implements GatewayLog {
  readonly calls: string[] = []
  readonly #streams = new Map<string, Stream>()
  readonly #listeners = new Set<(stream: string) => void>()
  readonly #failureListeners = new Set<(error: Error) => void>()
  readonly #now: () => number
  #size = 0
  #broken = false
  #stopped = false
  #reopening = false

  constructor(now: () => number) {
    this.#now = now
  }

  /** The disk fails: the next write stops the log. */
  break(): void {
    this.#broken = true
  }

  /** The disk is well again; the log still has to recover. */
  mend(): void {
    this.#broken = false
  }

  /** Kinds of a stream's entries, in order. */
  kinds(name: string): EntryKind[] {
    return (this.#streams.get(name)?.entries ?? []).map(entry => entry.kind)
  }

  documents(name: string, kind: EntryKind): Document[] {
    const entries = this.#streams.get(name)?.entries ?? []
    return entries.filter(entry => entry.kind === kind).map(entry => entry.document ?? {})
  }

  async openStream({ name }: StreamOptions): Promise<RegisterSummary> {
    this.#write()
    if (!this.#streams.has(name)) {
      this.#streams.set(name, { state: emptyRegister, entries: [], known: new Map() })
    }
    return this.register(name)
  }

  async record(name: string, readings: readonly Reading[], limits: RegisterLimits): Promise<RecordOutcome> {
    this.#write()
    const stream = this.#stream(name)
    const appended: EntryReference[] = []
    const statuses = readings.map(reading => {
      const key = `${reading.measuredAt}/${reading.from}`
      const sequence = stream.entries.length
      const context = { sequence, limits, known: stream.known.get(key), asset: name, source: 'memory' }
      const judged = judgeReading(stream.state, reading, { ...context, raw: 'raw', cid: null })
      stream.state = judged.state
      for (const { kind, document } of judged.drafts) appended.push(this.#push(name, kind, document))
      const { energy, fraction } = reading
      if (judged.status !== 'duplicate')
        stream.known.set(key, { sequence, energy, fraction, status: judged.status })
      return judged.status
    })
    return { statuses, appended, register: await this.register(name) }
  }

  async append(name: string, kind: 'gap' | 'note', document: Document): Promise<EntryReference> {
    this.#write()
    return this.#push(name, kind, document)
  }

  resolve(): Promise<RecordOutcome> {
    throw new EnergywebError('internal', 'no test needs it')
  }

  async register(name: string): Promise<RegisterSummary> {
    const { state, entries } = this.#stream(name)
    return summarise(name, entries.length - 1, state)
  }

  async entries(name: string, { after, limit }: { after: number; limit: number }) {
    return this.#stream(name)
      .entries.filter(entry => entry.sequence > after)
      .slice(0, limit)
  }

  onAppend(listener: (stream: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onFailure(listener: (error: Error) => void): () => void {
    this.#failureListeners.add(listener)
    return () => this.#failureListeners.delete(listener)
  }

  async head(): Promise<{ size: number; root: Uint8Array }> {
    return { size: this.#size, root: new Uint8Array(32).fill(this.#size % 256) }
  }

  async recover(): Promise<void> {
    this.calls.push('recover')
    this.#reopening = true
    if (this.#broken) throw new EnergywebError('log-io', 'no space left on the device', { retryable: true })
    this.#stopped = false
    this.#reopening = false
  }

  async close(): Promise<void> {
    this.calls.push('close')
  }

  #write(): void {
    if (this.#broken && !this.#stopped) {
      this.#stopped = true
      const error = new EnergywebError('log-io', 'no space left on the device')
      for (const listener of this.#failureListeners) listener(error)
    }
    // Between two attempts nothing is open at all, as in the real store.
    if (this.#reopening) throw new EnergywebError('log-closed', 'the log is closed')
    if (this.#stopped) throw new EnergywebError('log-io', 'the log has stopped')
  }

  #stream(name: string): Stream {
    const stream = this.#streams.get(name)
    if (stream === undefined) throw new EnergywebError('stream-unknown', `no stream ${name}`)
    return stream
  }

  #push(name: string, kind: EntryKind, document: Document): EntryReference {
    const { entries } = this.#stream(name)
    const reference = { index: this.#size++, sequence: entries.length, kind }
    entries.push({
      ...reference,
      stream: name,
      at: this.#now(),
      text: '',
      leafHash: new Uint8Array(32),
      document,
    })
    for (const listener of this.#listeners) listener(name)
    return reference
  }
}
