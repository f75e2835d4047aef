import type { Logger } from '../core/logger.ts'

/** Writes warnings and errors to standard error, so that standard output stays the program's own; drops the rest. */
export const consoleLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields, message) => console.error(`warning: ${message}`, fields),
  error: (fields, message) => console.error(`error: ${message}`, fields),
}
