import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { EnergywebError } from '../core/errors.ts'
import { syncFolder } from './durable-file.ts'
import {
  checkpointFile,
  conflictFiles,
  folderOfLog,
  ioError,
  isMissing,
  originOf,
  readConflict,
  readText,
  type WitnessConflict,
  writeDurably,
} from './witness-files.ts'

/** What an operator has decided on a log that showed two faces. */
export interface WitnessDecision {
  readonly at: string
  readonly by: string
  readonly reason: string
}

/** All that a witness keeps of one log. */
export interface WitnessedLog {
  readonly origin: string
  readonly checkpoint: string | undefined
  /** Undefined unless the log has signed two trees of one size and nobody has decided yet. */
  readonly equivocation: WitnessConflict | undefined
  readonly unproven: WitnessConflict | undefined
}

/**
 * Reads what a witness keeps, also while it is at work.
 * @throws EnergywebError `log-io`, `log-corrupt`
 */
export async function readWitnessFolder(path: string): Promise<readonly WitnessedLog[]> {
  const names = await readdir(join(path, 'logs')).catch(error => {
    if (isMissing(error)) return []
    throw ioError(path, error)
  })
  return Promise.all(
    names.toSorted().map(async name => {
      const folder = join(path, 'logs', name)
      const [checkpoint, equivocation, unproven] = await Promise.all([
        readText(join(folder, checkpointFile)),
        readConflict(join(folder, conflictFiles['two-roots'])),
        readConflict(join(folder, conflictFiles.unproven)),
      ])
      return { origin: originOf(name), checkpoint, equivocation, unproven }
    }),
  )
}

/**
 * Puts an operator's decision beside the proof of two faces, and lets the witness go on from what it has cosigned. The proof
 * stays, under another name.
 * @throws EnergywebError `resolution-refused` when there is nothing to decide; `log-io`
 */
export async function decideEquivocation(
  path: string,
  origin: string,
  decision: WitnessDecision,
): Promise<string> {
  const folder = folderOfLog(path, origin)
  const file = join(folder, conflictFiles['two-roots'])
  const conflict = await readConflict(file)
  if (conflict === undefined) {
    throw new EnergywebError('resolution-refused', `the witness holds nothing against ${origin}`, {
      hint: '`energyweb witness show` lists the logs.',
    })
  }
  const decided = join(folder, `equivocation-${decision.at.replace(/[:.]/g, '-')}.json`)
  try {
    await writeDurably(file, `${JSON.stringify({ ...conflict, decision }, null, 2)}\n`)
    await rename(file, decided)
    await syncFolder(folder)
  } catch (error) {
    throw ioError(file, error)
  }
  return decided
}
