import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fromBase64url, toBase64url, utf8 } from '../core/bytes.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { emptyFrontier, type Frontier } from '../proof/merkle.ts'
import { putFile, readIfThere, syncFolder } from '../storage/durable-file.ts'
import { lockFolder } from '../storage/index.ts'
import type { StreamEnd } from './followed-streams.ts'

/** What a follower remembers: that is what it is for. */
export interface FollowState {
  /** The newest checkpoint that was found consistent with all before it; undefined at first. */
  readonly checkpoint: string | undefined
  /** The tree of the entries that were read and checked so far. */
  readonly read: Frontier
  /** Where every stream stands by then. */
  readonly streams: readonly (readonly [string, StreamEnd])[]
  /** The folder that holds a copy of all that was read; undefined when none is kept. */
  readonly mirror: string | undefined
}

const emptyState: FollowState = { checkpoint: undefined, read: emptyFrontier, streams: [], mirror: undefined }

/** A proof that a log has two courses, or went back. */
export interface KeptProof {
  readonly fault: 'forked' | 'rolled-back'
  /** Of the log, as it was trusted. */
  readonly key: string
  /** Both signed by that key. */
  readonly earlier: string
  readonly later: string
  /**
   * What the later tree begins with where the earlier one had its root: the path leads from that root to the later one. Both
   * can't be true of one log. Left out where two checkpoints of one size speak for themselves, and where it went back.
   */
  readonly beginning?: { readonly size: number; readonly root: string; readonly path: readonly string[] }
  readonly from: string
  readonly at: string
}

const stateName = 'state.json'
const version = 1

/** The folder in which a follower keeps its progress; one process at a time. */
export class FollowFolder {
  readonly path: string
  readonly #key: string
  readonly #release: () => void

  private constructor(path: string, key: string, release: () => void) {
    this.path = path
    this.#key = key
    this.#release = release
  }

  /** @throws EnergywebError `log-locked` */
  static async open(path: string, key: string): Promise<FollowFolder> {
    await mkdir(path, { recursive: true })
    const release = lockFolder(path, {
      what: "follower's folder",
      hint: 'One process follows a log from it: stop the other one, or name another folder by --state.',
    })
    return new FollowFolder(path, key, release)
  }

  /** What was kept; a beginner's state when nothing was. @throws EnergywebError `argument-invalid` for another log's */
  async load(): Promise<FollowState> {
    const bytes = await readIfThere(join(this.path, stateName))
    if (bytes === undefined) return emptyState
    try {
      return parseState(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), this.#key)
    } catch (cause) {
      if (cause instanceof EnergywebError && cause.hint !== undefined) throw cause
      throw new EnergywebError('argument-invalid', `${join(this.path, stateName)}: ${messageOf(cause)}`, {
        hint: 'The file is damaged. Its checkpoint may still be read in it: keep it, and begin with another --state.',
        cause,
      })
    }
  }

  /** Keeps the state: the old or the new one, never half of one. */
  async keep(state: FollowState): Promise<void> {
    const { checkpoint, read, streams, mirror } = state
    const roots = read.roots.map(toBase64url)
    const value = { version, key: this.#key, checkpoint, read: { size: read.size, roots }, streams, mirror }
    await this.#put(stateName, `${JSON.stringify(value, undefined, 1)}\n`)
  }

  /** Keeps a proof beside it; answers its file. */
  async keepProof(proof: KeptProof, sizes: { earlier: number; later: number }): Promise<string> {
    const name = `${proof.fault}-${sizes.earlier}-${sizes.later}.json`
    await this.#put(name, `${JSON.stringify(proof, undefined, 1)}\n`)
    return join(this.path, name)
  }

  async close(): Promise<void> {
    this.#release()
  }

  async #put(name: string, text: string): Promise<void> {
    const path = join(this.path, name)
    await putFile({ path, temporary: `${path}.new`, content: utf8(text) })
    await syncFolder(this.path)
  }
}

function parseState(value: unknown, key: string): FollowState {
  if (!isRecord(value) || value.version !== version) throw damaged('not the state of a follower')
  if (value.key !== key) throw otherLog(String(value.key))
  const { checkpoint, read, streams, mirror } = value
  if (!isOptionalText(checkpoint) || !isOptionalText(mirror)) throw damaged('checkpoint or mirror')
  if (!isRecord(read) || !isCount(read.size) || !isTexts(read.roots)) throw damaged('read')
  if (!Array.isArray(streams)) throw damaged('streams')
  const roots = read.roots.map(fromBase64url)
  return { checkpoint, read: { size: read.size, roots }, streams: streams.map(parseStream), mirror }
}

function parseStream(value: unknown): readonly [string, StreamEnd] {
  if (!Array.isArray(value)) throw damaged('streams')
  const [id, end]: unknown[] = value
  if (typeof id !== 'string' || !isRecord(end) || !isCount(end.sequence) || typeof end.leaf !== 'string')
    throw damaged('streams')
  return [id, { sequence: end.sequence, leaf: end.leaf }]
}

function damaged(what: string): EnergywebError {
  return new EnergywebError('argument-invalid', `can't be read (${what})`)
}

function otherLog(key: string): EnergywebError {
  return new EnergywebError(
    'argument-invalid',
    `the folder follows a log with another key, ${key.slice(0, 200)}`,
    {
      hint: 'A log keeps its key. If it got a new one on purpose, it is another log: name another folder by --state.',
    },
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(one => typeof one === 'string')
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
