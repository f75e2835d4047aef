import type { Reading } from '../../src/core/reading.ts'
import {
  emptyRegister,
  type RegisterLimits,
  type RegisterState,
  type Resolution,
} from '../../src/core/register.ts'
import { applyEntry } from '../../src/core/register-apply.ts'
import { judgeReading, type KnownReading } from '../../src/core/register-judge.ts'
import { judgeResolution } from '../../src/core/register-judge-resolution.ts'
import type { Draft } from '../../src/core/register-transition.ts'

export const minute = 60_000
export const start = Date.UTC(2024, 4, 1)
export const wattHour = 3_600_000n

/** A stream in memory: the law and what a log would remember for it. */
export class Stream {
  state: RegisterState = emptyRegister
  readonly drafts: Draft[] = []
  readonly known = new Map<string, KnownReading>()
  /** The value that counts under each interval's key. */
  readonly counted = new Map<string, { energy: bigint; fraction: string }>()
  readonly limits: RegisterLimits

  constructor(limits: Partial<RegisterLimits> = {}) {
    this.limits = { opening: 'zero', resolution: 0n, ...limits }
  }

  read(reading: Partial<Reading> & { wh?: number; minute: number; serial?: string; fromMinute?: number }) {
    const { wh, minute: at, serial, fromMinute, ...rest } = reading
    const measuredAt = start + at * minute
    const full: Reading = {
      channel: 'export',
      kind: fromMinute === undefined ? 'counter' : 'interval',
      energy: BigInt(wh ?? 0) * wattHour,
      fraction: '',
      measuredAt,
      ...(fromMinute === undefined ? {} : { from: start + fromMinute * minute }),
      receivedAt: measuredAt,
      device: serial === undefined ? {} : { serial },
      provenance: 'test',
      raw: { bytes: new Uint8Array(), mediaType: 'text/plain' },
      ...rest,
    }
    const key = `${full.measuredAt}/${full.from ?? ''}`
    const sequence = this.drafts.length
    const judged = judgeReading(this.state, full, {
      sequence,
      limits: this.limits,
      known: this.known.get(key),
      asset: 'roof',
      source: 'test',
      raw: 'x',
      cid: null,
    })
    this.state = judged.state
    this.drafts.push(...judged.drafts)
    const own = judged.drafts.findIndex(draft => draft.kind === 'reading' || draft.kind === 'revision')
    if (judged.status !== 'duplicate') {
      const status = judged.status
      if (status === 'counted') this.counted.set(key, full)
      this.known.set(key, { sequence: sequence + own, energy: full.energy, fraction: full.fraction, status })
    }
    return judged.status
  }

  resolve(resolution: Omit<Resolution, 'by' | 'reason'> & Record<string, unknown>) {
    const command = { by: 'operator', reason: 'test', ...resolution } as Resolution
    const heldBefore = new Set(this.state.held.map(held => held.sequence))
    const judged = judgeResolution(this.state, command, { sequence: this.drafts.length, limits: this.limits })
    this.state = judged.state
    this.drafts.push(...judged.drafts)
    const heldNow = new Set(judged.state.held.map(held => held.sequence))
    for (const [key, known] of this.known) {
      if (!heldBefore.has(known.sequence) || heldNow.has(known.sequence)) continue
      this.known.set(key, { ...known, status: command.kind === 'write-off' ? 'late' : 'counted' })
      if (command.kind !== 'write-off') this.counted.set(key, known)
    }
    return judged.drafts
  }

  get wh() {
    return Number(this.state.total / wattHour)
  }

  get kinds() {
    return this.drafts.map(draft => draft.kind)
  }

  /** The state after the first `count` entries, from the entries alone. */
  replayed(count = this.drafts.length) {
    return this.drafts
      .slice(0, count)
      .reduce((state, draft, sequence) => applyEntry(state, draft, sequence), emptyRegister)
  }
}
