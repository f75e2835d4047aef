import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/energyweb.js', import.meta.url))

/** A real process of the product on its sources, and what it has said so far. */
export interface Running {
  readonly child: ChildProcess
  readonly said: () => string
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  stop(signal?: NodeJS.Signals): Promise<number | string>
}

/** Starts the product with a command line. */
export function start(
  words: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Readonly<Record<string, string>> },
): Running {
  const child = spawn(process.execPath, [bin, ...words], {
    cwd,
    env: { ...process.env, ENERGYWEB_SOURCE: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      text += chunk
    })
  }
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  return {
    child,
    said: () => text,
    ended,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
  }
}

/** A port of the loopback address that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
