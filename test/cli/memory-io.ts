import type { CommandIo, Output } from '../../src/cli/io.ts'
import { main } from '../../src/cli/main.ts'
import type { Prompts } from '../../src/cli/prompts.ts'
import { systemClock } from '../../src/core/clock.ts'

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface World {
  readonly cwd?: string
  readonly env?: CommandIo['env']
  readonly isTerminal?: boolean
  /** What is typed, question by question. */
  readonly typed?: readonly string[]
  readonly prompts?: Prompts
  /** Stands in for Ctrl-C. */
  readonly signal?: AbortSignal
  /** Called with everything that is written to standard output. */
  readonly onOutput?: (text: string) => void
}

/** Runs a command line in this process and keeps what it wrote. */
export async function energyweb(words: readonly string[], world: World = {}): Promise<Ended> {
  const { cwd = '/', env = {}, isTerminal = false, typed, signal, onOutput } = world
  const written = { stdout: '', stderr: '' }
  const output = (stream: 'stdout' | 'stderr'): Output => ({
    isTerminal,
    columns: 100,
    write: async text => {
      written[stream] += text
      if (stream === 'stdout') onOutput?.(text)
    },
  })
  const answers = [...(typed ?? [])]
  const askHidden = async (question: string) => {
    written.stderr += question
    return answers.shift() ?? ''
  }
  const code = await main(words, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    env,
    cwd,
    clock: systemClock,
    outliveStreams: () => undefined,
    interruption: () => signal ?? new AbortController().signal,
    askHidden: typed === undefined ? undefined : askHidden,
    prompts: world.prompts === undefined ? undefined : async () => world.prompts as Prompts,
  })
  return { code, ...written }
}
