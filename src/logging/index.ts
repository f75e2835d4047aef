// The logging room: where messages go. pino on a terminal in words, elsewhere one JSON object a line, and into a file that is
// rotated and capped; every line passes the redactor, which knows the values of all secrets; `remote/` brings them
// out of the box. It imports core and connections only; pino is loaded when the first logger is made.

export { defaultLogFile, LogFile, type LogFileOptions } from './log-file.ts'
export { type LogLevel, logLevels } from './log-level.ts'
export { type OpenLoggerOptions, openLogger } from './open-logger.ts'
export { Redactor, redacted } from './redactor.ts'
export type { Destination, Sender } from './remote/destination.ts'
export { RemoteLog, type RemoteLogOptions } from './remote/remote-log.ts'
export { spoolName } from './remote/spool-database.ts'
export { readSpoolStatus } from './remote/spool-rows.ts'
