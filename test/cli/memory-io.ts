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
}

/** Runs a command line in this process and keeps what it wrote. */
export async function energyweb(words: readonly string[], world: World = {}): Promise<Ended> {
  const { cwd = '/', env = {}, isTerminal = false, typed } = world
  const written = { stdout: '', stderr: '' }
  const output = (stream: 'stdout' | 'stderr'): Output => ({
    isTerminal,
    columns: 100,
    write: async text => {
      written[stream] += text
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
    askHidden: typed === undefined ? undefined : askHidden,
    prompts: world.prompts === undefined ? undefined : async () => world.prompts as Prompts,
  })
  return { code, ...written }
}
