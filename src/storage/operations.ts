import type { CarbonPoint, CarbonStepQuery, CarbonSummary, WaitingCarbonStep } from '../core/carbon-log.ts'
import type { Certificate } from '../core/certificate.ts'
import type { EntrySignature, UnsignedEntry } from '../core/entry-signatures.ts'
import { EnergywebError } from '../core/errors.ts'
import type { EventChange, OfferedEvent } from '../core/event-cursor.ts'
import {
  type EntryReference,
  gatewayStream,
  type RecordOutcome,
  type StoredEntry,
  type StreamOptions,
} from '../core/log.ts'
import type { Pin, PinLine, PinLineState } from '../core/pin-book.ts'
import type { Receipt } from '../core/receipt.ts'
import type { RegisterSummary } from '../core/register.ts'
import type { FiledCall, LineEnd, LineState, NewSubmission, Submission, Variant } from '../core/submission.ts'
import type { Instant } from '../core/time.ts'
import { consistencyPath } from '../proof/merkle-proof.ts'
import type { NoteSignature } from '../proof/signed-note.ts'
import { type AppendOnceInput, appendOnce } from './append-once.ts'
import { carbonAt, carbonSummary, listSteps, type OpenCarbonInput, openCarbon } from './carbon.ts'
import { certificatesOfLine, type RecordCertificatesInput, recordCertificates } from './certificates.ts'
import { addCosignatures, isCheckpointDue, keepCheckpoint, lastCheckpoint, rootAt } from './checkpoints.ts'
import { type CheckpointsWithout, checkpointsWithout } from './checkpoints-without.ts'
import { integer } from './columns.ts'
import { entriesOfStream } from './entry-rows.ts'
import { beginSigning, countEntriesToSign, entriesToSign, keepEntrySignatures } from './entry-signatures.ts'
import { type EraseInput, erase } from './erase.ts'
import { changeEvents, eventCursor, keepEventCursor, offeredEvents } from './event-cursors.ts'
import { knownKey } from './known-keys.ts'
import { findLine, lineNamed, lineState, unplannedOf } from './lines.ts'
import { pinBytes, pinLineNamed, pinsUnderWay } from './pin-rows.ts'
import * as pins from './pins.ts'
import { type PriceCarbonInput, priceCarbon } from './price-carbon.ts'
import {
  type AppendInput,
  append,
  openStream,
  type RecordInput,
  type ResolveInput,
  record,
  resolve,
} from './record.ts'
import { scrub } from './scrub.ts'
import type { Sql } from './sql.ts'
import type { Store } from './store.ts'
import {
  callsOfLine,
  finalsOfLine,
  submissionsOfLine,
  submissionsUnderWay,
  submissionsWithNonces,
} from './submission-rows.ts'
import * as submissions from './submissions.ts'
import { endOf } from './submissions.ts'
import { nodesOf } from './tree.ts'
import { type VerifiedTail, verifyTailOnDisk } from './verify-tail.ts'

/** What the log takes of the disk, bytes. */
export interface Space {
  /** All of it, what the write-ahead log holds included. */
  readonly bytes: number
  /** What was freed inside of it and is used before it grows again. */
  readonly unused: number
}

/** What can be asked of the store: the input and the answer of each operation, both fit to cross threads. */
export interface Operations {
  openStream(input: StreamOptions): RegisterSummary
  record(input: RecordInput): RecordOutcome
  resolve(input: ResolveInput): RecordOutcome
  append(input: AppendInput): EntryReference
  appendOnce(input: AppendOnceInput): EntryReference
  erase(input: EraseInput): readonly EntryReference[]
  scrub(input: undefined): string | undefined
  openLine(input: { line: string; stream: string }): LineState
  setStopped(input: { line: string; reason: string | undefined }): void
  create(input: { submission: NewSubmission; variant: Variant }): number
  addVariant(input: { id: number; variant: Variant }): void
  renounce(input: { id: number; variant: Variant }): void
  raiseNonce(input: { chainId: bigint; account: string; next: number }): void
  markSent(input: { ids: readonly number[] }): void
  markMined(input: { id: number; receipt: Receipt }): void
  markUnmined(input: { id: number }): void
  finalise(input: { ids: readonly number[]; at: Instant }): void
  moveReceipt(input: { id: number; receipt: Receipt; at: Instant }): void
  skip(input: { line: string; first: number; last: number; reason: string }): void
  adopt(input: { submission: NewSubmission; receipt: Receipt; at: Instant }): void
  abandon(input: { id: number; reason: string }): void
  fail(input: { id: number; reason: string }): void
  recordCertificates(input: RecordCertificatesInput): void
  keepCheckpoint(input: { note: string }): void
  addCosignatures(input: { size: number; signatures: readonly NoteSignature[] }): void
  checkpointsWithout(input: CheckpointsWithout): readonly string[]
  beginSigning(input: { assets: readonly string[] }): void
  entriesToSign(input: { assets: readonly string[]; limit: number }): readonly UnsignedEntry[]
  countEntriesToSign(input: { assets: readonly string[] }): number
  keepEntrySignatures(input: { key: string; signatures: readonly EntrySignature[] }): void
  knownKey(input: { name: string; publicKey: Uint8Array }): Uint8Array
  openCarbon(input: OpenCarbonInput): CarbonSummary
  priceCarbon(input: PriceCarbonInput): CarbonSummary
  carbon(input: { asset: string }): CarbonSummary | undefined
  carbonSteps(input: { asset: string; query: CarbonStepQuery }): readonly WaitingCarbonStep[]
  carbonAt(input: { asset: string; sequences: readonly number[] }): readonly CarbonPoint[] | undefined
  register(input: { stream: string }): RegisterSummary
  entries(input: { stream: string; after: number; limit: number }): readonly StoredEntry[]
  head(input: undefined): { size: number; root: Uint8Array }
  line(input: { line: string }): LineState
  ends(input: { lines: readonly string[] }): readonly LineEnd[]
  unplanned(input: { line: string; limit: number }): readonly StoredEntry[]
  backlog(input: { line: string }): number
  nextNonce(input: { chainId: bigint; account: string }): number | undefined
  pending(input: { chainId: bigint; account: string }): readonly Submission[]
  withNonces(input: { chainId: bigint; account: string; from: number; to: number }): readonly Submission[]
  ofLine(input: { line: string; limit: number }): readonly Submission[]
  finals(input: { line: string; after: number; limit: number }): readonly Submission[]
  verifyTail(input: { folder: string }): VerifiedTail
  space(input: undefined): Space
  certificates(input: { line: string }): readonly Certificate[]
  calls(input: { line: string; after: number; limit: number }): readonly FiledCall[]
  consistency(input: { from: number; to: number }): readonly Uint8Array[]
  lastCheckpoint(input: undefined): { note: string | undefined; due: boolean }
  rootAt(input: { size: number }): Uint8Array | undefined
  eventCursor(input: { name: string }): string | undefined
  keepEventCursor(input: { name: string; cursor: string }): void
  offeredEvents(input: { name: string }): readonly OfferedEvent[]
  changeEvents(input: { name: string; change: EventChange }): void
  openPins(input: PinLine): PinLineState
  gatherPins(input: { line: string; limit: number }): number
  pinsUnderWay(input: { line: string; limit: number; after: number }): readonly Pin[]
  pinBytes(input: { line: string; cid: string }): Uint8Array | undefined
  pinShared(input: { line: string; cid: string }): boolean
  recordPins(input: pins.RecordPinsInput): void
  settlePins(input: { line: string; at: Instant }): void
  pinLine(input: { line: string }): PinLineState
}

export type OperationName = keyof Operations
export type Input<Name extends OperationName> = Parameters<Operations[Name]>[0]
export type Output<Name extends OperationName> = ReturnType<Operations[Name]>

/** One question to the store. */
export type Operation<Name extends OperationName = OperationName> = {
  [Each in Name]: { readonly name: Each; readonly input: Input<Each> }
}[Name]

type Performers = {
  readonly [Name in OperationName]: (store: Store, input: Input<Name>) => Output<Name>
}

/** Operations that change nothing, and the scrub, which can't be in one: they need no transaction. */
const reading: ReadonlySet<OperationName> = new Set([
  'carbon',
  'carbonSteps',
  'carbonAt',
  'register',
  'entries',
  'head',
  'line',
  'ends',
  'unplanned',
  'backlog',
  'nextNonce',
  'pending',
  'withNonces',
  'ofLine',
  'finals',
  'calls',
  'certificates',
  'consistency',
  'lastCheckpoint',
  'checkpointsWithout',
  'entriesToSign',
  'countEntriesToSign',
  'rootAt',
  'eventCursor',
  'offeredEvents',
  'pinsUnderWay',
  'pinBytes',
  'pinShared',
  'pinLine',
  'scrub',
  'verifyTail',
  'space',
] satisfies OperationName[])

/** True when the operation must be made durable. */
export function isWriting(name: OperationName): boolean {
  return !reading.has(name)
}

const performers: Performers = {
  openStream,
  record,
  resolve,
  append,
  appendOnce,
  erase,
  scrub: store => scrub(store.sql),
  openLine,
  setStopped: ({ sql }, { line, reason }) => {
    sql.run('UPDATE lines SET stopped = ? WHERE id = ?', reason ?? null, lineNamed(sql, line).id)
  },
  create: (store, { submission, variant }) => submissions.create(store, submission, variant),
  addVariant: ({ sql }, { id, variant }) => submissions.addVariant(sql, id, variant),
  renounce: ({ sql }, { id, variant }) => submissions.renounce(sql, id, variant),
  raiseNonce: ({ sql }, { chainId, account, next }) => submissions.raiseNonce(sql, chainId, account, next),
  markSent: ({ sql }, { ids }) => submissions.markSent(sql, ids),
  markMined: ({ sql }, { id, receipt }) => submissions.markMined(sql, id, receipt),
  markUnmined: ({ sql }, { id }) => submissions.markUnmined(sql, id),
  finalise: (store, { ids, at }) => submissions.finalise(store, ids, at),
  moveReceipt: submissions.moveReceipt,
  skip: submissions.skip,
  adopt: (store, { submission, receipt, at }) => submissions.adopt(store, submission, receipt, at),
  abandon: ({ sql }, { id, reason }) => submissions.abandon(sql, id, reason),
  fail: ({ sql }, { id, reason }) => submissions.fail(sql, id, reason),
  keepCheckpoint: ({ sql, composer }, { note }) => keepCheckpoint(sql, note, composer.hashes),
  addCosignatures: ({ sql }, input) => addCosignatures(sql, input),
  checkpointsWithout: ({ sql }, query) => checkpointsWithout(sql, query),
  beginSigning: ({ sql }, { assets }) => beginSigning(sql, assets),
  entriesToSign: ({ sql }, query) => entriesToSign(sql, query),
  countEntriesToSign: ({ sql }, { assets }) => countEntriesToSign(sql, assets),
  keepEntrySignatures: ({ sql }, input) => keepEntrySignatures(sql, input),
  knownKey: ({ sql }, input) => knownKey(sql, input),
  consistency: ({ sql, composer }, range) => consistencyPath(range, nodesOf(sql), composer.hashes),
  openCarbon,
  priceCarbon,
  carbon: (store, { asset }) => carbonSummary(store, asset),
  carbonSteps: listSteps,
  carbonAt,
  register: (store, { stream }) => store.summary(stream),
  entries: (store, { stream, ...range }) => entriesOfStream(store.sql, store.stream(stream).id, range),
  head: store => ({ size: store.size, root: Uint8Array.from(store.root()) }),
  line: ({ sql }, { line }) => lineState(sql, lineNamed(sql, line)),
  ends: (store, { lines }) =>
    lines.map(name => {
      const line = lineNamed(store.sql, name)
      return { end: endOf(store, line), stopped: line.stopped }
    }),
  unplanned: ({ sql }, { line: name, limit }) => {
    return unplannedOf(sql, lineNamed(sql, name), limit)
  },
  backlog: (store, { line: name }) => {
    const line = lineNamed(store.sql, name)
    return endOf(store, line) - line.cursor
  },
  nextNonce: ({ sql }, { chainId, account }) => submissions.nextNonce(sql, chainId, account),
  pending: ({ sql }, { chainId, account }) => submissionsUnderWay(sql, chainId, account),
  withNonces: ({ sql }, { chainId, account, ...range }) =>
    submissionsWithNonces(sql, chainId, account, range),
  ofLine: ({ sql }, { line, limit }) => submissionsOfLine(sql, lineNamed(sql, line).id, limit),
  finals: ({ sql }, { line, ...range }) => finalsOfLine(sql, lineNamed(sql, line).id, range),
  verifyTail: ({ composer }, { folder }) => verifyTailOnDisk(folder, composer.hashes),
  space: ({ sql }) => spaceOf(sql),
  recordCertificates,
  certificates: ({ sql }, { line }) => certificatesOfLine(sql, lineNamed(sql, line)),
  calls: ({ sql }, { line, ...range }) => callsOfLine(sql, lineNamed(sql, line), range),
  rootAt: ({ sql, composer }, { size }) => rootAt(sql, size, composer.hashes),
  eventCursor: ({ sql }, { name }) => eventCursor(sql, name),
  keepEventCursor: ({ sql }, { name, cursor }) => keepEventCursor(sql, name, cursor),
  offeredEvents: ({ sql }, { name }) => offeredEvents(sql, name),
  changeEvents: ({ sql }, { name, change }) => changeEvents(sql, name, change),
  openPins: pins.openPins,
  gatherPins: pins.gatherPins,
  pinsUnderWay: ({ sql }, { line, ...page }) => pinsUnderWay(sql, pinLineNamed(sql, line), page),
  pinBytes: ({ sql }, { line, cid }) => pinBytes(sql, line, cid),
  pinShared: ({ sql }, input) => pins.isPinShared(sql, input),
  recordPins: pins.recordPins,
  settlePins: pins.settlePins,
  pinLine: (store, { line }) => pins.stateOf(store, line),
  lastCheckpoint: ({ sql }) => ({ note: lastCheckpoint(sql), due: isCheckpointDue(sql) }),
}

function openLine(store: Store, { line: name, stream }: { line: string; stream: string }): LineState {
  const { sql } = store
  const known = findLine(sql, name)
  if (known !== undefined && known.streamName !== stream) {
    throw new EnergywebError(
      'argument-invalid',
      `the line ${name} reports ${known.streamName}, not ${stream}`,
    )
  }
  if (known === undefined) {
    // The gateway's stream has no opening: it is there once something reports the log.
    if (stream === gatewayStream && store.findStream(stream) === undefined)
      openStream(store, { name: stream })
    const { id } = store.stream(stream)
    sql.insert('INSERT INTO lines (name, stream, cursor) VALUES (?, ?, -1)', name, id)
  }
  return lineState(sql, lineNamed(sql, name))
}

function spaceOf(sql: Sql): Space {
  const [page, pages, free] = ['page_size', 'page_count', 'freelist_count'].map(name =>
    integer(sql.get(`PRAGMA ${name}`)?.[name]),
  )
  return { bytes: (page ?? 0) * (pages ?? 0), unused: (page ?? 0) * (free ?? 0) }
}

/** Carries out one operation. */
export function perform<Name extends OperationName>(store: Store, operation: Operation<Name>): Output<Name> {
  return performers[operation.name](store, operation.input)
}
