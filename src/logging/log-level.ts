/** From the most talkative to none. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const

export type LogLevel = (typeof logLevels)[number]

/** How grave a message can be. */
export type Severity = Exclude<LogLevel, 'silent'>

/** True when a message of this severity is told at this level. */
export function isTold(severity: Severity, level: LogLevel): boolean {
  return logLevels.indexOf(severity) >= logLevels.indexOf(level)
}
