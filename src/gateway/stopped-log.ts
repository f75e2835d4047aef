/** Why the log has stopped, for people. Most of what stops it says so itself, and says it once. */
export function stoppedLog(trouble: string): string {
  const stopped = 'the log has stopped'
  return trouble.startsWith(stopped) ? trouble : `${stopped}: ${trouble}`
}
