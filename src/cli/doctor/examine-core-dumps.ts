import { readFile } from 'node:fs/promises'
import { doubtful, type Finding, good } from './finding.ts'

/**
 * Whether a crash would leave the memory of a gateway, with secrets in it, on the disk. Nothing is said where that can't be told.
 * @param pid - the gateway's; this process stands for one that is started here
 * @param read - reads a file; default the system's
 */
export async function examineCoreDumps(
  pid: number | undefined,
  read: (path: string) => Promise<string> = path => readFile(path, 'utf8'),
): Promise<readonly Finding[]> {
  const most = await coreLimit(pid ?? process.pid, read)
  if (most === undefined) return []
  const whose = pid === undefined ? 'of a gateway that is started here' : 'of the gateway'
  if (most === '0') return [good(`a crash ${whose} leaves no core dump`)]
  const pattern = (await read('/proc/sys/kernel/core_pattern').catch(() => '')).trim()
  const where = pattern === '' ? '' : `, by the pattern ${pattern}`
  return [
    doubtful(
      `a crash ${whose} would write its memory to a core dump, with passwords and PINs in it${where}`,
      'LimitCORE=0 in its unit, --ulimit core=0 for its container, or ulimit -c 0 before it is started by hand',
    ),
  ]
}

/** The limit that counts, as proc(5) has it; undefined where the process is another user's, or the system none with a /proc. */
async function coreLimit(pid: number, read: (path: string) => Promise<string>): Promise<string | undefined> {
  try {
    const limits = await read(`/proc/${pid}/limits`)
    return /^Max core file size +(\S+)/m.exec(limits)?.[1]
  } catch {
    // Then it isn't judged.
    return undefined
  }
}
