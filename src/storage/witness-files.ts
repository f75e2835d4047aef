import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { faultPoint } from '../core/fault-point.ts'
import { putFile, syncFolder } from './durable-file.ts'

/*
 * The files of a witness: `logs/<name of the log>/` holds the newest cosigned checkpoint and what the log has to answer
 * for. They are small, written as a whole, and fit to be read by anybody.
 */

/** Two signed checkpoints of one log that don't go together, as they came. */
export interface WitnessConflict {
  /** RFC 3339. */
  readonly at: string
  readonly origin: string
  /**
   * `two-roots`: one size, two roots, both signed by the log: proof. `unproven`: the second one came without a proof that it
   * continues the first one.
   */
  readonly kind: 'two-roots' | 'unproven'
  /** The signed checkpoint that the witness had cosigned. */
  readonly cosigned: string
  /** The signed checkpoint that it was shown instead. */
  readonly shown: string
}

export const checkpointFile = 'checkpoint'
export const conflictFiles: Readonly<Record<WitnessConflict['kind'], string>> = {
  'two-roots': 'equivocation.json',
  unproven: 'unproven.json',
}

/** A name fit for a folder, whatever a log calls itself: no path leads out of it. */
export function folderOfLog(path: string, origin: string): string {
  return join(path, 'logs', encodeURIComponent(origin).replace(/^\./, '%2E'))
}

export function originOf(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch (cause) {
    throw new EnergywebError('log-corrupt', `${name} is not the folder of a log`, { cause })
  }
}

export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw ioError(path, error)
  }
}

export async function readConflict(path: string): Promise<WitnessConflict | undefined> {
  const text = await readText(path)
  if (text === undefined) return undefined
  const { at, origin, kind, cosigned, shown } = fieldsOf(text, path)
  if (kind !== 'two-roots' && kind !== 'unproven') throw damaged(path)
  const [since, log, first, second] = [at, origin, cosigned, shown].map(field => {
    if (typeof field !== 'string') throw damaged(path)
    return field
  })
  return { at: since ?? '', origin: log ?? '', kind, cosigned: first ?? '', shown: second ?? '' }
}

function fieldsOf(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch (cause) {
    throw damaged(path, cause)
  }
  throw damaged(path)
}

function damaged(path: string, cause?: unknown): EnergywebError {
  return new EnergywebError('log-corrupt', `${path} is damaged`, { cause })
}

/** The old file or the new one, never half of one; durable with its name. */
export async function writeDurably(path: string, content: string): Promise<void> {
  const onWritten = () => faultPoint('storage/witness-file-unnamed')
  await putFile({ path, temporary: `${path}.new`, content, onWritten })
  await syncFolder(dirname(path))
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

export function ioError(path: string, error: unknown): EnergywebError {
  if (error instanceof EnergywebError) return error
  return new EnergywebError('log-io', `the witness can't keep its state in ${path}: ${messageOf(error)}`, {
    retryable: true,
    cause: error,
  })
}
