import { statfs } from 'node:fs/promises'

/** Room of a file system, bytes. */
export interface DiskSpace {
  /** What this user may still write. */
  readonly free: number
  readonly total: number
}

const defaultKeepFree = 200_000_000
const largestShare = 0.05

/** The room of the disk that a folder is on. */
export async function diskSpace(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return { free: bavail * bsize, total: blocks * bsize }
}

/** What is kept free where the configuration doesn't say: 200 MB, on a small disk a twentieth of it. */
export function keptFree(given: number | undefined, { total }: DiskSpace): number {
  return given ?? Math.min(defaultKeepFree, Math.floor(total * largestShare))
}

/**
 * Hours until what may be used is used up; undefined while the growth is not known, infinite for a log that doesn't grow.
 * @param unused - bytes that were freed inside of the log's file and are used first
 */
export function hoursLeft(
  { free, keepFree, unused = 0 }: { free: number; keepFree: number; unused?: number },
  perHour: number | undefined,
): number | undefined {
  if (perHour === undefined) return undefined
  const usable = Math.max(0, free - keepFree + unused)
  return perHour > 0 ? usable / perHour : Number.POSITIVE_INFINITY
}
