import type { EnergywebError } from '../core/errors.ts'
import type { CommandIo } from './io.ts'
import { printable } from './printable.ts'
import { type Style, styleFor } from './style.ts'

const unexpected =
  'This is a defect of energyweb. ENERGYWEB_DEBUG=1 shows where it happened; please report it.'

/** Writes a command's answer for people or, with `--json`, for programs. */
export class Printer {
  readonly json: boolean
  /** Colours of standard output. */
  readonly style: Style
  readonly #io: CommandIo

  constructor(io: CommandIo, options: { json: boolean }) {
    this.#io = io
    this.json = options.json
    this.style = styleFor(io.stdout, io.env)
  }

  /** The answer: `data` as one line of JSON, integers beyond a number's range as decimal text; or the text. */
  async data(data: object, human: string): Promise<void> {
    await this.#io.stdout.write(`${this.json ? jsonText(data) : human}\n`)
  }

  /** A remark beside the answer, on standard error; nothing with `--json`. */
  async note(message: string): Promise<void> {
    if (!this.json) await this.#io.stderr.write(`${message}\n`)
  }

  /** Something the reader should know but that stops nothing; on standard error. */
  async warning(message: string): Promise<void> {
    const { yellow } = styleFor(this.#io.stderr, this.#io.env)
    await this.#io.stderr.write(
      this.json ? `${jsonText({ warning: message })}\n` : `${yellow('warning:')} ${printable(message)}\n`,
    )
  }

  /** Why the command failed; on standard error. The stack is for who sets ENERGYWEB_DEBUG=1. */
  async failure(error: EnergywebError): Promise<void> {
    const { red, dim } = styleFor(this.#io.stderr, this.#io.env)
    const stack = this.#io.env.ENERGYWEB_DEBUG === '1' ? stackOf(error) : undefined
    const { code, message, retryable } = error
    const hint = error.hint ?? (code === 'internal' ? unexpected : undefined)
    const text = this.json
      ? jsonText({ error: { code, message, hint, retryable, stack } })
      : [
          `${red('error:')} ${printable(message)}`,
          ...(hint === undefined ? [] : [`hint: ${printable(hint)}`]),
          ...(stack === undefined ? [] : [dim(printable(stack))]),
        ].join('\n')
    await this.#io.stderr.write(`${text}\n`)
  }
}

function jsonText(value: object): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  )
}

function stackOf(error: Error): string {
  const own = error.stack ?? error.message
  return error.cause instanceof Error ? `${own}\ncaused by: ${stackOf(error.cause)}` : own
}
