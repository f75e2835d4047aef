import { type Clock, systemClock } from '../core/clock.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { formatInstant } from '../core/time.ts'
import { readCheckpoint, verifyCheckpoint } from '../proof/checkpoint.ts'
import { type Hashes, nobleHashes } from '../proof/hashes.ts'
import { emptyFrontier, type Frontier } from '../proof/merkle.ts'
import { formatVerifierKey } from '../proof/verifier-key.ts'
import { sha256 } from '../storage/index.ts'
import { type Contradiction, contradictionOf, inconsistencyOf } from './compare-checkpoints.ts'
import { type FetchedCheckpoint, type FollowTrust, fetchCheckpoint } from './fetch-checkpoint.ts'
import { FetchedFiles } from './fetched-files.ts'
import { FollowFault } from './follow-fault.ts'
import { FollowFolder, type FollowState } from './follow-state.ts'
import { FollowedStreams, type StreamNews } from './followed-streams.ts'
import { FollowedTree } from './followed-tree.ts'
import type { LogFiles } from './log-files.ts'
import { removePartials } from './remove-partials.ts'
import { TileFolder } from './tile-folder.ts'
import { TreeReader } from './tree-reader.ts'

export interface FollowOptions extends FollowTrust {
  /** Folder in which the follower's progress is kept. */
  readonly state: string
  /** Folder that gets a copy of everything, in the form in which it was published. */
  readonly mirror?: string
  readonly clock?: Clock
  readonly signal: AbortSignal
  /** Called now and then. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** What came of one look at a published log. */
export interface FollowReport {
  readonly origin: string
  /** Size of the checkpoint, and of the one that was known before (0 at first). */
  readonly size: number
  readonly before: number
  /** Entries that were read now; all streams that they are of. */
  readonly read: number
  readonly streams: readonly StreamNews[]
  /** Names of the witnesses who have cosigned. */
  readonly witnesses: readonly string[]
  readonly checkpoint: string
}

const hashes: Hashes = { ...nobleHashes, sha256 }

/**
 * Looks at a published log once: verifies its checkpoint, that it is consistent with the last one seen, every new entry
 * against the signed tree, and that each stream goes on where it stood. What it has seen it remembers, durably.
 * @throws FollowFault when the log is not what it must be; both checkpoints are kept when they contradict each other.
 *   EnergywebError, retryable, when the log can't be reached
 */
export async function followLog(files: LogFiles, options: FollowOptions): Promise<FollowReport> {
  const folder = await FollowFolder.open(options.state, formatVerifierKey(options.key))
  try {
    const mirror = options.mirror === undefined ? undefined : await TileFolder.open(options.mirror)
    try {
      return await new Look({ files, folder, mirror, options }).run()
    } finally {
      await mirror?.close()
    }
  } finally {
    await folder.close()
  }
}

interface LookContext {
  readonly files: LogFiles
  readonly folder: FollowFolder
  readonly mirror: TileFolder | undefined
  readonly options: FollowOptions
}

/** One look at a published log. */
class Look {
  readonly #context: LookContext

  constructor(context: LookContext) {
    this.#context = context
  }

  async run(): Promise<FollowReport> {
    const { files, folder, mirror, options } = this.#context
    const state = await this.#beginning(await folder.load())
    const fetched = await fetchCheckpoint(files, options, options.signal)
    const { note, checkpoint, witnesses } = fetched
    const known = state.checkpoint === undefined ? undefined : readCheckpoint(state.checkpoint)
    await this.#refuse(known && contradictionOf(known, checkpoint), { state, fetched })
    const streams = new FollowedStreams(state.streams)
    const read =
      state.read.size < checkpoint.size ? await this.#read({ state, fetched, streams }) : state.read
    if (mirror !== undefined) {
      const held = await mirror.checkpoint()
      if (held !== note) await mirror.putCheckpoint(note)
      const before = held === undefined ? 0 : readCheckpoint(held).size
      await removePartials(mirror, { before, to: checkpoint.size, whole: false })
    }
    if (note !== state.checkpoint || read !== state.read) await this.#keep({ note, read, streams })
    return {
      origin: checkpoint.origin,
      size: checkpoint.size,
      before: known?.size ?? 0,
      read: read.size - state.read.size,
      streams: streams.news,
      witnesses,
      checkpoint: note,
    }
  }

  /** Entries that a new mirror does not hold are read again. @throws EnergywebError `publish-refused` for another log's */
  async #beginning(state: FollowState): Promise<FollowState> {
    const { mirror, options } = this.#context
    if (mirror === undefined || mirror.path === state.mirror) return state
    const held = await mirror.checkpoint()
    try {
      if (held !== undefined) verifyCheckpoint(held, [options.key])
    } catch (cause) {
      throw new EnergywebError('publish-refused', `${mirror.path} holds another log: ${messageOf(cause)}`, {
        cause,
      })
    }
    return { ...state, read: emptyFrontier, streams: [], mirror: undefined }
  }

  async #read({
    state,
    fetched: { note, checkpoint },
    fetched,
    streams,
  }: {
    readonly state: FollowState
    readonly fetched: FetchedCheckpoint
    readonly streams: FollowedStreams
  }): Promise<Frontier> {
    const { folder, mirror, options } = this.#context
    const { signal, onProgress } = options
    const files = new FetchedFiles(this.#context.files, signal)
    const tree = await FollowedTree.open(files, checkpoint, hashes)
    if (state.checkpoint !== undefined) {
      const sides = { earlier: readCheckpoint(state.checkpoint), read: state.read }
      await this.#refuse(await inconsistencyOf(sides, tree, hashes), { state, fetched })
    }
    // From here on the new checkpoint is what every later one is measured by, however far its entries are read.
    await folder.keep({ ...state, checkpoint: note })
    const reader = await TreeReader.open({ tree, files, streams, mirror, hashes }, state.read)
    return reader.readAll({
      signal,
      onProgress: done => onProgress?.({ done, total: checkpoint.size }),
      keep: read => this.#keep({ note, read, streams }),
    })
  }

  #keep({ note, read, streams }: { note: string; read: Frontier; streams: FollowedStreams }): Promise<void> {
    const { folder, mirror } = this.#context
    return folder.keep({ checkpoint: note, read, streams: streams.ends, mirror: mirror?.path })
  }

  /** Keeps both checkpoints of a contradiction before it tells of it. */
  async #refuse(
    found: Contradiction | undefined,
    { state, fetched }: { readonly state: FollowState; readonly fetched: FetchedCheckpoint },
  ): Promise<void> {
    if (found === undefined || state.checkpoint === undefined) return
    const { files, folder, options } = this.#context
    const { clock = systemClock, key } = options
    const { fault, message, beginning, index } = found
    const kept = await folder.keepProof(
      {
        fault,
        key: formatVerifierKey(key),
        earlier: state.checkpoint,
        later: fetched.note,
        ...(beginning && { beginning }),
        from: files.where,
        at: formatInstant(clock.now()),
      },
      { earlier: readCheckpoint(state.checkpoint).size, later: fetched.checkpoint.size },
    )
    throw new FollowFault(fault, message, {
      kept,
      ...(index !== undefined && { place: { index } }),
      hint: `Both checkpoints, signed by the log's key, are kept in ${kept}: whoever doubts it can verify them.`,
    })
  }
}
