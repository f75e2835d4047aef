import { toBase64url } from '../core/bytes.ts'
import type { Document } from '../core/document.ts'
import { EnergywebError } from '../core/errors.ts'
import type { EntryReference, RecordedStatus, RecordOutcome, StreamOptions } from '../core/log.ts'
import type { Reading } from '../core/reading.ts'
import {
  emptyRegister,
  type RegisterLimits,
  type RegisterSummary,
  type Resolution,
} from '../core/register.ts'
import { judgeReading } from '../core/register-judge.ts'
import { judgeResolution } from '../core/register-judge-resolution.ts'
import type { Draft } from '../core/register-transition.ts'
import type { Instant } from '../core/time.ts'
import { keepSteps } from './carbon-steps.ts'
import { type HashedPayload, payloadHasher } from './payloads.ts'
import { ReadingKeys } from './reading-keys.ts'
import { settledReadings } from './settled-readings.ts'
import type { Store } from './store.ts'

/*
 * What an append does, in this order: judge (the register law, nothing written), compose (hash and commit to the documents,
 * nothing written), write. Whatever is wrong with a request shows before its first row, so that it fails alone.
 */

/** Opens a stream, or finds it; what was configured anew counts from its next entry on. */
export function openStream(
  store: Store,
  { name, commitment = 'fields', source = '' }: StreamOptions,
): RegisterSummary {
  const known = store.findStream(name)
  if (known === undefined) {
    const publicId = toBase64url(store.seed().slice(0, 16))
    const id = store.sql.insert(
      'INSERT INTO streams (name, public_id, commitment, source) VALUES (?, ?, ?, ?)',
      name,
      publicId,
      commitment,
      source,
    )
    store.sql.run("INSERT INTO registers (stream, sequence, state) VALUES (?, -1, '')", id)
    const place = { id, name, publicId, commitment, source, sequence: -1, leaf: undefined }
    store.setStream({
      ...place,
      register: emptyRegister,
      newestKey: undefined,
      pricedBy: undefined,
      carbon: undefined,
    })
  } else if (known.commitment !== commitment || known.source !== source) {
    store.sql.run('UPDATE streams SET commitment = ?, source = ? WHERE id = ?', commitment, source, known.id)
    store.setStream({ ...known, commitment, source })
  }
  return store.summary(name)
}

/** Takes readings of one stream through the register law; all of them or none. */
export function record(store: Store, { stream: name, readings, limits, at }: RecordInput): RecordOutcome {
  const stream = store.stream(name)
  const keys = new ReadingKeys(store.sql, stream)
  const hashed = payloadHasher(store.composer.hashes)
  const drafts: Draft[] = []
  const payloads: (HashedPayload | undefined)[] = []
  let { register } = stream
  const statuses = readings.map((reading): RecordedStatus => {
    const payload = hashed(reading.raw)
    const judged = judgeReading(register, reading, {
      sequence: stream.sequence + 1 + drafts.length,
      limits,
      known: keys.find(reading),
      asset: name,
      source: stream.source,
      raw: payload.name,
      cid: payload.cid,
    })
    register = judged.state
    for (const draft of judged.drafts) {
      drafts.push(draft)
      const isReading = draft.kind === 'reading' || draft.kind === 'revision'
      payloads.push(isReading ? payload : undefined)
      if (!isReading || judged.status === 'duplicate') continue
      const fraction = reading.kind === 'interval' ? reading.fraction : ''
      const sequence = stream.sequence + drafts.length
      keys.set(reading, { sequence, energy: reading.energy, fraction, status: judged.status })
    }
    return judged.status
  })
  const entries = store.compose(stream, drafts, at)
  const rows = payloads.map(hashed => hashed && store.keepPayload(hashed.payload, hashed.hash))
  keys.write()
  const after = { ...stream, newestKey: keys.newest }
  const appended = store.write(after, entries, { register, raw: position => rows[position] })
  keepSteps(store, stream, { drafts, at })
  return { statuses, appended, register: store.summary(name) }
}

export interface RecordInput {
  readonly stream: string
  readonly readings: readonly Reading[]
  readonly limits: RegisterLimits
  readonly at: Instant
}

/** Carries out an operator's command on what is held. */
export function resolve(store: Store, { stream: name, resolution, limits, at }: ResolveInput): RecordOutcome {
  const stream = store.stream(name)
  const { drafts, state } = judgeResolution(stream.register, resolution, {
    sequence: stream.sequence + 1,
    limits,
  })
  const keys = new ReadingKeys(store.sql, stream)
  const [first] = drafts
  const settled = first === undefined ? [] : settledReadings(stream.register, first, state)
  for (const { held, status } of settled) keys.settle(held, status)
  const entries = store.compose(stream, drafts, at)
  keys.write()
  const appended = store.write(stream, entries, { register: state })
  keepSteps(store, stream, { drafts, at })
  return { statuses: [], appended, register: store.summary(name) }
}

export interface ResolveInput {
  readonly stream: string
  readonly resolution: Resolution
  readonly limits: RegisterLimits
  readonly at: Instant
}

const appendable: readonly string[] = ['gap', 'note', 'receipt'] satisfies readonly AppendInput['kind'][]

/** Appends one entry that leaves the register alone. */
export function append(
  store: Store,
  { stream: name, kind, schema, document, at }: AppendInput,
): EntryReference {
  if (!appendable.includes(kind)) {
    throw new EnergywebError(
      'argument-invalid',
      `${name}: an entry can't be appended as ${JSON.stringify(kind)}`,
      {
        hint: 'Append a gap or a note; readings go through record, which keeps the register.',
      },
    )
  }
  const stream = store.stream(name)
  const entries = store.compose(stream, [{ kind, document, ...(schema !== undefined && { schema }) }], at)
  const [reference] = store.write(stream, entries, { register: stream.register })
  return reference ?? { index: -1, sequence: -1, kind }
}

export interface AppendInput {
  readonly stream: string
  readonly kind: 'gap' | 'note' | 'receipt'
  /** Default that of an asset's stream. */
  readonly schema?: string
  readonly document: Document
  readonly at: Instant
}
