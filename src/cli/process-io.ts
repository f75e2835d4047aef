import { systemClock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Output, World } from './io.ts'

const defaultColumns = 100

/** The real streams, environment and clock of this process. */
export function processIo(): World {
  const somebodyIsThere = process.stdin.isTTY && process.stderr.isTTY
  let endsWithStreams = true
  // Who pipes into `head` has seen enough: that is an end, not a failure.
  const onError = (error: NodeJS.ErrnoException) => {
    if (endsWithStreams) process.exit(error.code === 'EPIPE' ? 0 : 1)
  }
  return {
    stdout: outputOf(process.stdout, onError),
    stderr: outputOf(process.stderr, onError),
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    askHidden: somebodyIsThere ? askHidden : undefined,
    prompts: somebodyIsThere ? prompts : undefined,
    interruption,
    outliveStreams: () => {
      endsWithStreams = false
    },
  }
}

function interruption(): AbortSignal {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort(new EnergywebError('aborted', `ended by ${signal}`)))
  }
  return interrupted.signal
}

function outputOf(stream: NodeJS.WriteStream, onError: (error: NodeJS.ErrnoException) => void): Output {
  stream.on('error', onError)
  return {
    get isTerminal() {
      return stream.isTTY === true
    },
    get columns() {
      return stream.columns ?? defaultColumns
    },
    write: text => {
      const { promise, resolve } = Promise.withResolvers<void>()
      stream.write(text, () => resolve())
      return promise
    },
  }
}

async function prompts() {
  return (await import('./terminal-prompts.ts')).terminalPrompts(process.stderr)
}

async function askHidden(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  const { Writable } = await import('node:stream')
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  const ended = new AbortController()
  lines.once('SIGINT', () => ended.abort())
  lines.once('close', () => ended.abort())
  process.stderr.write(question)
  try {
    return await lines.question('', { signal: ended.signal })
  } catch (cause) {
    throw new EnergywebError('aborted', 'nothing was entered', { cause })
  } finally {
    process.stderr.write('\n')
    lines.close()
  }
}
