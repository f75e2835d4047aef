import { constants, setPriority } from 'node:os'

/**
 * Lets the calling thread stand back: where cores are short, meters are read before the work that computes for long. On Linux
 * alone, where 0 means the calling thread (setpriority(2), "C library/kernel differences"); elsewhere it is the whole process.
 */
export function standBack(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // Where a sandbox forbids it the work is done as well, only less politely.
  }
}
