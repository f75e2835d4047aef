import type { ResolvedConfig } from '../config/check-config.ts'
import type { Logger } from '../core/logger.ts'
import { formatInstant } from '../core/time.ts'
import type { Sheddable } from '../gateway/index.ts'
import { LogFile, type LogLevel, openLogger, Redactor } from '../logging/index.ts'
import { failureOf } from './system-failure.ts'

export interface RunLog {
  readonly log: Logger
  readonly redactor: Redactor
  /** Undefined where none is configured. */
  readonly file: LogFile | undefined
  /** What can be given up of it when the disk gets short of room. */
  readonly sheddables: readonly Sheddable[]
  /** Tells the file why the gateway has ended; standard error hears of it from whoever ran it. */
  failed(error: unknown): void
  /** Writes what waits and lets go of the file. */
  close(): Promise<void>
}

/**
 * Where a gateway's messages go: standard error and, where one is configured, a file. Off a terminal SIGHUP opens the file
 * anew, as logrotate asks for it; on one it still means that the terminal has gone.
 */
export async function openRunLog(
  { logging }: ResolvedConfig,
  { level, pretty }: { readonly level: LogLevel | undefined; readonly pretty: boolean | undefined },
): Promise<RunLog> {
  const redactor = new Redactor()
  const file = logging && new LogFile({ ...logging, path: logging.file })
  const log = await openLogger({
    redactor,
    ...(file && { file }),
    ...(level !== undefined && { level }),
    ...(pretty !== undefined && { pretty }),
  })
  const reopen = () => file?.reopen()
  if (!process.stderr.isTTY) process.on('SIGHUP', reopen)
  return {
    log,
    redactor,
    file,
    sheddables: file === undefined ? [] : [oldFilesOf(file), detailOf(file)],
    failed: thrown => {
      const error = failureOf(thrown)
      const told = { level: 'error', time: formatInstant(Date.now()), error: redactor.value(error) }
      const msg = `the gateway ends: ${redactor.text(error.message)}`
      file?.write(`${JSON.stringify({ ...told, msg })}\n`)
    },
    close: async () => {
      process.off('SIGHUP', reopen)
      await file?.close()
    },
  }
}

function oldFilesOf(file: LogFile): Sheddable {
  return { name: 'old log files', shed: () => file.shedOldest() }
}

/** Frees nothing at once; from then on only errors are written. */
function detailOf(file: LogFile): Sheddable {
  const { level } = file
  return {
    name: 'the detail of the log file',
    shed: async () => {
      file.level = 'error'
      return 0
    },
    relax: () => {
      file.level = level
    },
  }
}
