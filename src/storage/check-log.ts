import { setImmediate } from 'node:timers/promises'
import { equalBytes } from '../core/bytes.ts'
import { EnergywebError, isEnergywebError, messageOf } from '../core/errors.ts'
import { type Checkpoint, readCheckpoint, verifyCheckpoint } from '../proof/checkpoint.ts'
import type { VerifierKey } from '../proof/verifier-key.ts'
import { CertificatesCheck } from './check-certificates.ts'
import { DocumentsCheck } from './check-documents.ts'
import { TreeCheck } from './check-hashes.ts'
import { checkPins } from './check-pins.ts'
import { type CheckResult, type ErasedRange, Finding } from './check-result.ts'
import { entryRows } from './check-rows.ts'
import { StreamsCheck } from './check-streams.ts'
import { SubmissionsCheck } from './check-submissions.ts'
import { integer, optional, text } from './columns.ts'
import { composerOf } from './compose-entry.ts'
import { openDatabaseForReading } from './database.ts'
import { Erasures, loadErasures } from './erasures.ts'
import { openHashes } from './hashes.ts'
import { loadHead, loadStreams } from './log-state.ts'
import type { Sql } from './sql.ts'
import { sqliteCode } from './sqlite-error.ts'

export interface CheckOptions {
  readonly folder: string
  /** Only entries, tree, head and checkpoints: no documents, registers, submissions. Default false. */
  readonly hashesOnly?: boolean
  /** Keys that may sign checkpoints. Without any, signatures are not looked at. */
  readonly keys?: readonly VerifierKey[]
  /** Keys that may sign single entries. Without any, those that the log names are believed. */
  readonly evidenceKeys?: readonly VerifierKey[]
  readonly signal?: AbortSignal
  /** Called now and then. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/**
 * Works everything out anew and compares it with what is kept, up to the first difference. A gateway may be writing
 * meanwhile: what is checked is the log as it stood at the start.
 * @throws EnergywebError `log-io` when there is no log, `log-version`; the signal's reason. A damaged log is a result.
 */
export async function checkLog(options: CheckOptions): Promise<CheckResult> {
  const counts: Counts = { entries: 0, streams: 0, checkpoints: 0, signatures: 0, erased: 0, erasures: [] }
  let sql: Sql | undefined
  try {
    sql = openDatabaseForReading(options.folder)
    sql.execute('BEGIN')
    await checkAll(sql, options, counts)
    return { ...counts, ok: true, firstBad: undefined }
  } catch (error) {
    return { ...counts, ok: false, firstBad: findingOf(error, counts.entries).bad }
  } finally {
    sql?.database.close()
  }
}

/** A damaged file shows itself as an error of SQLite or as a column that can't be. Everything else is not a finding. */
function findingOf(error: unknown, index: number): Finding {
  if (error instanceof Finding) return error
  const code = sqliteCode(error) ?? (error instanceof EnergywebError ? sqliteCode(error.cause) : undefined)
  if (
    // A statement that can't be prepared: a name of a table or a column was changed where the file keeps them.
    code === 1 ||
    code === 11 ||
    code === 26 ||
    isEnergywebError(error, 'log-corrupt') ||
    isEnergywebError(error, 'register-law') ||
    isEnergywebError(error, 'carbon-law')
  ) {
    return new Finding('database', messageOf(error), { index })
  }
  throw error
}

interface Counts {
  entries: number
  streams: number
  checkpoints: number
  signatures: number
  erased: number
  erasures: readonly ErasedRange[]
}

async function checkAll(sql: Sql, options: CheckOptions, counts: Counts): Promise<void> {
  const { hashesOnly = false, signal, onProgress } = options
  const head = loadHead(sql)
  const end = Math.max(
    head.size,
    (optional(sql.get('SELECT max(id) AS last FROM entries')?.last, integer) ?? -1) + 1,
  )
  const tree = new TreeCheck()
  const checkpoints = new CheckpointsCheck(sql, options.keys ?? [])
  const contents = hashesOnly ? undefined : await openContents(sql, options.evidenceKeys ?? [])
  counts.erasures = contents?.ranges ?? []
  counts.streams = contents?.streams.count ?? integer(sql.get('SELECT count(*) AS count FROM streams')?.count)
  checkpoints.compare(tree)
  for (const rows of entryRows(sql, { end, chunk: hashesOnly ? 4_000 : 500, hashesOnly })) {
    for (const row of rows) {
      const leaf = tree.add(row.text, row.hashes)
      if (contents !== undefined) {
        const { entry, stream } = contents.streams.follow(row, leaf)
        const content = contents.documents.check(row, entry, stream)
        contents.streams.apply(row, entry, content)
        contents.signatures.take({ row, name: stream, stream: entry.stream })
        const { draft, anchor, certificate } = content ?? {}
        if (draft?.kind === 'receipt') contents.submissions.take(row, stream, draft.document)
        if (anchor !== undefined) contents.submissions.takeAnchor(row, stream, anchor)
        if (certificate !== undefined) contents.certificates.take(row, stream, certificate)
        counts.erased = contents.documents.erased
        counts.signatures = contents.signatures.verified
      }
      counts.entries += 1
      checkpoints.compare(tree)
    }
    counts.checkpoints = checkpoints.compared
    onProgress?.({ done: counts.entries, total: end })
    await setImmediate()
    signal?.throwIfAborted()
    if (counts.entries < end && rows.length < (hashesOnly ? 4_000 : 500)) break
  }
  if (counts.entries < end) throw hole(sql, counts.entries)
  if (head.size !== end || !equalBytes(tree.root(), head.root)) {
    throw new Finding('head', `the root of ${end} entries is not the one that is kept for ${head.size}`)
  }
  checkpoints.finish(tree)
  counts.checkpoints = checkpoints.compared
  contents?.streams.finish()
  contents?.submissions.finish()
  contents?.certificates.finish()
  contents?.signatures.finish()
  if (contents !== undefined) checkPins(sql, contents.hashes)
  if (!hashesOnly) checkFile(sql)
}

/** SQLite's own look at the file: indexes that lost a row, pages that belong to nobody. */
function checkFile(sql: Sql): void {
  const [row] = sql.all('PRAGMA integrity_check(1)')
  if (row?.integrity_check !== 'ok')
    throw new Finding('database', `the file is damaged: ${row?.integrity_check}`)
}

function hole(sql: Sql, index: number): Finding {
  const later = sql.get('SELECT 1 FROM entries WHERE id > ? LIMIT 1', index)
  return later === undefined
    ? new Finding('tail-missing', `the log ends before entry ${index}, its head says it goes on`, { index })
    : new Finding('entry-missing', `entry ${index} is missing`, { index })
}

async function openContents(sql: Sql, evidenceKeys: readonly VerifierKey[]) {
  // The curve of these signatures is loaded for a check alone.
  const { EntrySignaturesCheck } = await import('./check-entry-signatures.ts')
  const composer = composerOf(await openHashes())
  const erasures = new Erasures(loadErasures(sql))
  const names = new Map([...loadStreams(sql).values()].map(({ id, name }) => [id, name]))
  return {
    hashes: composer.hashes,
    ranges: erasures.all.map(({ stream, first, last, by, reason }) => {
      return { stream: names.get(stream) ?? '', first, last, by, reason }
    }),
    streams: new StreamsCheck(sql, erasures),
    documents: new DocumentsCheck(sql, composer, erasures),
    submissions: new SubmissionsCheck(sql, composer.hashes),
    certificates: new CertificatesCheck(sql),
    signatures: new EntrySignaturesCheck(sql, { trusted: evidenceKeys }),
  }
}

/** Compares every kept checkpoint with the tree when it has that size. */
class CheckpointsCheck {
  readonly #checkpoints: Checkpoint[]
  #compared = 0

  constructor(sql: Sql, keys: readonly VerifierKey[]) {
    this.#checkpoints = sql.all('SELECT size, note FROM checkpoints ORDER BY size').map(row => {
      try {
        const checkpoint =
          keys.length > 0 ? verifyCheckpoint(text(row.note), keys) : readCheckpoint(text(row.note))
        if (checkpoint.size === row.size) return checkpoint
        throw new EnergywebError('note-invalid', `it is kept as one of ${row.size} entries`)
      } catch (error) {
        throw new Finding(
          'checkpoint-signature',
          `the checkpoint of ${row.size} entries: ${messageOf(error)}`,
        )
      }
    })
  }

  get compared(): number {
    return this.#compared
  }

  compare(tree: TreeCheck): void {
    const next = this.#checkpoints[this.#compared]
    if (next === undefined || next.size !== tree.size) return
    if (!equalBytes(next.root, tree.root())) {
      throw new Finding('checkpoint-root', `the first ${next.size} entries are not those that were signed`)
    }
    this.#compared += 1
  }

  finish(tree: TreeCheck): void {
    const next = this.#checkpoints[this.#compared]
    if (next === undefined) return
    const index = tree.size
    throw new Finding('tail-missing', `the log has ${index} entries, but ${next.size} were signed`, { index })
  }
}
