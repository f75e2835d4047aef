import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EnergywebError, isEnergywebError, messageOf } from '../core/errors.ts'
import { faultPoint } from '../core/fault-point.ts'
import { publishLastCheckpoint } from './checkpoints.ts'
import { composerOf } from './compose-entry.ts'
import { openDatabase } from './database.ts'
import { openHashes } from './hashes.ts'
import { lockFolder } from './lock.ts'
import { isWriting, perform } from './operations.ts'
import { type Answer, type FromStore, type PlainError, plainError, type Question } from './protocol.ts'
import { scrub } from './scrub.ts'
import { stoppingError } from './sqlite-error.ts'
import { type Committed, Store } from './store.ts'
import { verifyTail } from './verify-tail.ts'

/** Most questions that share one commit. Beyond some hundreds of rows a larger one gains nothing. */
const largestBatch = 1_000

/** What questions that write nothing commit. */
const nothing: Committed = { grown: [], duration: undefined }

/** Room that a disk must have for the log to go on, bytes: some hundred entries. */
const leastRoom = 256 * 1024

/** Writes and removes a file. The end of the last write-ahead log may have room for a page while the disk has none. */
function probeRoom(folder: string): void {
  const path = join(folder, 'room')
  try {
    writeFileSync(path, new Uint8Array(leastRoom), { flush: true })
  } finally {
    rmSync(path, { force: true })
  }
}

function locked(folder: string): () => void {
  try {
    return lockFolder(folder)
  } catch (error) {
    throw stoppingError(error) ?? error
  }
}

/**
 * The life of the store in its thread: it takes what has queued up, carries all of it out in one transaction, and answers
 * when that is durable. After an I/O error it answers nothing but that.
 */
export class StoreThread {
  readonly #folder: string
  readonly #send: (message: FromStore) => void
  readonly #store: Store
  readonly #unlock: () => void
  #stopped: EnergywebError | undefined

  private constructor(
    folder: string,
    send: (message: FromStore) => void,
    opened: { store: Store; unlock: () => void },
  ) {
    this.#folder = folder
    this.#send = send
    this.#store = opened.store
    this.#unlock = opened.unlock
  }

  /** Locks the folder, opens the database and verifies its tail. */
  static async open(folder: string, send: (message: FromStore) => void): Promise<StoreThread> {
    const hashes = await openHashes()
    const unlock = locked(folder)
    try {
      faultPoint('storage/locked')
      const sql = openDatabase(folder)
      try {
        verifyTail(sql, hashes)
        // A disk that is still full or read-only must say so now, not at the first reading.
        sql.execute('BEGIN IMMEDIATE; UPDATE head SET size = size WHERE id = 0; COMMIT')
        probeRoom(folder)
        publishLastCheckpoint(folder, sql)
        // What it can't do now, for lack of room or because somebody reads, it does next time: the log must go on.
        scrub(sql)
        return new StoreThread(folder, send, {
          store: new Store(sql, composerOf(hashes)),
          unlock,
        })
      } catch (error) {
        sql.database.close()
        throw error
      }
    } catch (error) {
      unlock()
      throw stoppingError(error) ?? error
    }
  }

  /** Carries questions out, in order, and answers them. */
  take(questions: readonly Question[]): void {
    let batch: Question[] = []
    for (const question of questions) {
      // A scrub can't be part of a transaction.
      const isAlone = question.operation.name === 'scrub'
      if (batch.length === largestBatch || (isAlone && batch.length > 0)) {
        this.#takeBatch(batch)
        batch = []
      }
      if (isAlone) this.#takeBatch([question])
      else batch.push(question)
    }
    if (batch.length > 0) this.#takeBatch(batch)
  }

  #takeBatch(questions: readonly Question[]): void {
    if (this.#stopped !== undefined) {
      const error = plainError(this.#stopped)
      this.#answerAll(questions, error)
      return
    }
    try {
      const done = this.#transact(questions)
      if (done !== undefined) this.#send({ type: 'answers', ...done })
      // Something went wrong while rows were written. Each on its own, only the guilty one fails.
      else for (const question of questions) this.#takeBatch([question])
    } catch (error) {
      this.#stop(error, questions)
    }
    faultPoint('storage/after-acknowledge')
  }

  /** All questions in one transaction; undefined when one of many has spoilt it for all. */
  #transact(
    questions: readonly Question[],
  ): ({ readonly answers: readonly Answer[] } & Committed) | undefined {
    if (!questions.some(({ operation }) => isWriting(operation.name))) {
      return { answers: questions.map(question => this.#answer(question)), ...nothing }
    }
    faultPoint('storage/before-transaction')
    this.#store.begin()
    try {
      const answers: Answer[] = []
      for (const question of questions) {
        const writes = this.#store.sql.writes
        const answer = this.#answer(question)
        if ('error' in answer && this.#store.sql.writes !== writes) {
          this.#store.rollback()
          return questions.length > 1 ? undefined : { answers: [answer], ...nothing }
        }
        answers.push(answer)
      }
      const committed = this.#store.commit()
      this.#publish(questions)
      return { answers, ...committed }
    } catch (error) {
      this.#store.rollback()
      throw error
    }
  }

  /** What a domain error refuses is an answer; what SQLite can't do stops the log. */
  #answer({ id, operation, random }: Question): Answer {
    try {
      this.#store.useRandomness(random)
      return { id, value: perform(this.#store, operation) }
    } catch (error) {
      if (stoppingError(error) !== undefined) throw error
      // A log that is no longer what was acknowledged must not grow.
      if (operation.name === 'verifyTail') throw error
      return { id, error: plainError(error) }
    }
  }

  #publish(questions: readonly Question[]): void {
    const changes = ({ operation: { name } }: Question) =>
      name === 'keepCheckpoint' || name === 'addCosignatures'
    // Cosignatures may be of an older one: what is published is the newest, whatever was changed.
    if (questions.some(changes)) publishLastCheckpoint(this.#folder, this.#store.sql)
  }

  #stop(error: unknown, questions: readonly Question[]): void {
    this.#stopped =
      stoppingError(error) ??
      (isEnergywebError(error, 'log-io') || isEnergywebError(error, 'log-corrupt')
        ? error
        : new EnergywebError('log-io', `the log has stopped: ${messageOf(error)}`, {
            cause: error,
            retryable: true,
          }))
    const plain = plainError(this.#stopped)
    this.#send({ type: 'stopped', error: plain })
    this.#answerAll(questions, plain)
  }

  #answerAll(questions: readonly Question[], error: PlainError): void {
    this.#send({ type: 'answers', ...nothing, answers: questions.map(({ id }) => ({ id, error })) })
  }

  /** Closes the database and lets go of the folder. */
  close(): void {
    try {
      this.#store.sql.database.close()
    } finally {
      this.#unlock()
    }
  }
}
