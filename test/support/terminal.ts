import { execFile, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** True where tmux is installed: the tests of what a person sees at a terminal need it. */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0
if (!hasTmux)
  console.error('!!! tmux is missing: tests at a terminal are skipped (scripts/install-test-tools.sh)')

/** A real terminal, kept by a tmux server of its own. */
export class Terminal {
  readonly #socket = `energyweb-${randomUUID()}`
  /** What was typed and what was seen, for people. */
  readonly transcript: string[] = []

  static async open(
    command: string,
    options: { cwd: string; env: Record<string, string> },
  ): Promise<Terminal> {
    const terminal = new Terminal()
    const env = Object.entries(options.env).flatMap(([name, value]) => ['-e', `${name}=${value}`])
    await terminal.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      '100',
      '-y',
      '60',
      '-c',
      options.cwd,
      ...env,
      command,
    )
    await terminal.#tmux('set-option', '-w', 'remain-on-exit', 'on')
    return terminal
  }

  /** Types a text as it is. */
  async type(text: string): Promise<void> {
    this.transcript.push(`> ${text}`)
    await this.#tmux('send-keys', '-l', '--', text)
  }

  /** Presses keys by their tmux names: `Enter`, `Down`, `C-c`. */
  async press(...keys: string[]): Promise<void> {
    this.transcript.push(`> <${keys.join('> <')}>`)
    for (const key of keys) await this.#tmux('send-keys', key)
  }

  async screen(): Promise<string> {
    return (await this.#tmux('capture-pane', '-p', '-J')).trimEnd()
  }

  /** Waits until the newest lines of the screen show this; answers the screen. */
  async sees(expected: RegExp, { seconds = 30 }: { seconds?: number } = {}): Promise<string> {
    const until = Date.now() + seconds * 1_000
    for (;;) {
      const screen = await this.screen()
      if (expected.test(screen)) {
        this.transcript.push(screen.split('\n').slice(-12).join('\n'))
        return screen
      }
      if (Date.now() > until) throw new Error(`not seen within ${seconds} s: ${expected}\n${screen}`)
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }

  /** Waits for a question, then answers it with a text. */
  async answer(question: RegExp, text: string): Promise<void> {
    await this.asked(question)
    if (text !== '') await this.type(text)
    await this.press('Enter')
  }

  /** Waits for a question, then moves down to the choice that shows this. */
  async choose(question: RegExp, choice: RegExp): Promise<void> {
    await this.asked(question)
    for (let step = 0; step < 40; step++) {
      const current = (await this.screen()).split('\n').findLast(line => line.includes('●')) ?? ''
      if (choice.test(current)) return this.press('Enter')
      await this.press('Down')
      await new Promise(resolve => setTimeout(resolve, 60))
    }
    throw new Error(`no choice ${choice}\n${await this.screen()}`)
  }

  /** Waits until this is the question that stands open. */
  async asked(question: RegExp): Promise<void> {
    await this.sees(new RegExp(`◆ +[^◆◇]*${question.source}[^◇]*$`, question.flags))
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server').catch(() => undefined)
  }

  async #tmux(...words: string[]): Promise<string> {
    return (await run('tmux', ['-L', this.#socket, ...words])).stdout
  }
}
