import type { Clock } from '../core/clock.ts'
import type { Redactor } from '../logging/redactor.ts'
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

/** The world around a command; tests put their own in place. */
export interface World {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths on the command line start from. */
  readonly cwd: string
  readonly clock: Clock
  /** From now on Ctrl-C and SIGTERM don't end the process but abort this signal; a second one ends it. */
  interruption(): AbortSignal
  /**
   * From now on nothing that becomes of the two streams ends the process: not a reader that goes away, not the full disk
   * that one of them is written to. What can't be written is lost.
   */
  outliveStreams(): void
  /** Asks for a text that is not shown while it is typed; undefined where nobody can answer. */
  readonly askHidden: ((question: string) => Promise<string>) | undefined
  /** Opens a conversation of several questions; undefined where nobody can answer. */
  readonly prompts: (() => Promise<Prompts>) | undefined
}

/** All that a command sees of the world around it. */
export interface CommandIo extends World {
  /** Takes a secret out of everything that is written from now on. */
  hide(secret: string): void
}

/** The world with streams that let no hidden secret pass. */
export function hidingSecrets(world: World, redactor: Redactor): CommandIo {
  const hiding = (output: Output): Output => ({
    get isTerminal() {
      return output.isTerminal
    },
    get columns() {
      return output.columns
    },
    write: text => output.write(redactor.text(text)),
  })
  return {
    ...world,
    stdout: hiding(world.stdout),
    stderr: hiding(world.stderr),
    hide: secret => redactor.add(secret),
  }
}
