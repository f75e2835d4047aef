import type { Clock } from '../core/clock.ts'
import type { Prompts } from './prompts.ts'

/** One of the two streams that a command writes to. */
export interface Output {
  /** True where a person looks on: colours, progress and prompts are for terminals only. */
  readonly isTerminal: boolean
  /** Characters in a line. */
  readonly columns: number
  /** Resolves when the text was taken, so that a slow reader holds the command back and not the memory. */
  write(text: string): Promise<void>
}

/** All that a command sees of the world around it; tests put their own in place. */
export interface CommandIo {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths on the command line start from. */
  readonly cwd: string
  readonly clock: Clock
  /** From now on Ctrl-C and SIGTERM don't end the process but abort this signal; a second one ends it. */
  interruption(): AbortSignal
  /** Asks for a text that is not shown while it is typed; undefined where nobody can answer. */
  readonly askHidden: ((question: string) => Promise<string>) | undefined
  /** Opens a conversation of several questions; undefined where nobody can answer. */
  readonly prompts: (() => Promise<Prompts>) | undefined
}
