import type { Logger } from '../core/logger.ts'
import { fieldsForPeople } from './fields-for-people.ts'
import type { LogFile } from './log-file.ts'
import { isTold, type LogLevel, type Severity } from './log-level.ts'
import { Redactor } from './redactor.ts'
import type { RemoteLog } from './remote/remote-log.ts'

export interface OpenLoggerOptions {
  /** The least that is written; default `info`. */
  readonly level?: LogLevel
  /** Words and colours for people; default: whether `output` is a terminal. */
  readonly pretty?: boolean
  /** Default: standard error, so that standard output stays free for results. */
  readonly output?: NodeJS.WritableStream & { readonly isTTY?: boolean }
  /** Gets one JSON object a line besides, at its own level. */
  readonly file?: LogFile
  /** Gets every message that one of its destinations wants, besides. */
  readonly remote?: Pick<RemoteLog, 'wants' | 'write'>
  /** Whose secrets never get into a line; default one without secrets. */
  readonly redactor?: Redactor
}

/**
 * Opens a logger: pretty on a terminal, else one JSON object a line.
 * @example
 * const redactor = new Redactor()
 * const log = await openLogger({ level: 'debug', redactor })
 */
export async function openLogger(options: OpenLoggerOptions = {}): Promise<Logger> {
  const { level = 'info', output = process.stderr, file, remote, redactor = new Redactor() } = options
  const { pretty = output.isTTY === true } = options
  const { pino } = await import('pino')
  const settings = {
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const main = pino({ ...settings, level }, pretty ? await prettyStream(output) : output)
  const isBrief = pretty && level !== 'debug'
  const aside = file && pino({ ...settings, level: 'debug' }, file)
  const write =
    (severity: Severity) =>
    (fields: object, message: string): void => {
      const toMain = main.isLevelEnabled(severity)
      const toFile = file !== undefined && isTold(severity, file.level)
      const toRemote = remote?.wants(severity) === true
      if (!toMain && !toFile && !toRemote) return
      const [safeFields, safeMessage] = [redactor.value(fields), redactor.text(message)]
      if (toMain) main[severity](isBrief ? fieldsForPeople(fields, safeFields) : safeFields, safeMessage)
      if (toFile) aside?.[severity](safeFields, safeMessage)
      if (toRemote) remote?.write(severity, { message: safeMessage, fields: plainObject(safeFields) })
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** An error that was logged in place of fields is one by now, too. */
function plainObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

async function prettyStream(output: NodeJS.WritableStream & { readonly isTTY?: boolean }) {
  const { default: pretty } = await import('pino-pretty')
  return pretty({
    destination: output,
    colorize: output.isTTY === true,
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
    singleLine: true,
    // On a line of its own, below the message.
    errorLikeObjectKeys: ['error', 'err', 'hint'],
    // Of the process that the message tells of, if any; it would stand for the one that writes.
    ignore: 'pid,hostname',
  })
}
