import { hostname, userInfo } from 'node:os'

/** Whoever runs the command, as decisions are signed by default: user@host. */
export function whoever(): string {
  return `${userName()}@${hostname()}`
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // In a container the user may have a number and no name.
    return String(process.getuid?.() ?? 'unknown')
  }
}
