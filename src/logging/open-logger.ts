import type { Logger } from '../core/logger.ts'
import { Redactor } from './redactor.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const

export type LogLevel = (typeof logLevels)[number]

export interface OpenLoggerOptions {
  /** The least that is written; default `info`. */
  readonly level?: LogLevel
  /** Words and colours for people; default: whether `output` is a terminal. */
  readonly pretty?: boolean
  /** Default: standard error, so that standard output stays free for results. */
  readonly output?: NodeJS.WritableStream & { readonly isTTY?: boolean }
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
  const { level = 'info', output = process.stderr, redactor = new Redactor() } = options
  const { pretty = output.isTTY === true } = options
  const { pino } = await import('pino')
  const settings = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  const instance = pino(
    { ...settings, formatters: { level: label => ({ level: label }) } },
    pretty ? await prettyStream(output) : output,
  )
  const write =
    (severity: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: object, message: string): void => {
      if (instance.isLevelEnabled(severity)) {
        instance[severity](redactor.value(fields), redactor.text(message))
      }
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

async function prettyStream(output: NodeJS.WritableStream & { readonly isTTY?: boolean }) {
  const { default: pretty } = await import('pino-pretty')
  return pretty({
    destination: output,
    colorize: output.isTTY === true,
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
    singleLine: true,
  })
}
