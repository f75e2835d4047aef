import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Removes a folder when this process is gone. */
export interface MemoryGuard {
  /** Removes it now, and ends. */
  end(): Promise<void>
}

/**
 * Watches over a folder that must not outlive this process, also where that is killed without a word: a shell of its own
 * session reads from us, and what it reads ends with us.
 */
export function guardFolder(folder: string): MemoryGuard {
  const guard = spawn('/bin/sh', ['-c', 'cat >/dev/null; rm -rf -- "$1"', 'energyweb-guard', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    // Nothing that is secret belongs into it.
    env: { PATH: process.env.PATH },
    cwd: '/',
  })
  const ended = once(guard, 'close')
  ended.catch(() => undefined)
  return {
    async end() {
      guard.stdin.end()
      await ended
    },
  }
}
