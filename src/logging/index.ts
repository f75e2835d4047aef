// The logging room: where messages go. pino on a terminal in words, elsewhere one JSON object a line; every line passes the
// redactor, which knows the values of all secrets. It imports core only; pino is loaded when the first logger is made.

export { type LogLevel, logLevels, type OpenLoggerOptions, openLogger } from './open-logger.ts'
export { Redactor, redacted } from './redactor.ts'
