import { type ChildProcess, fork } from 'node:child_process'
import type { Clock } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { TokenAnswer, TokenAnswers, TokenRequest } from './protocol.ts'

/** Milliseconds; a token on a slow bus makes a key in a minute. */
const limits: Readonly<Record<TokenRequest['ask'], number>> = {
  tokens: 20_000,
  open: 30_000,
  probe: 10_000,
  keys: 20_000,
  key: 20_000,
  sign: 15_000,
  generate: 120_000,
  decrypt: 15_000,
  'generate-wrapping': 120_000,
  destroy: 20_000,
}

/** How long a library may take to say goodbye to its token. */
const farewell = 1_000

export interface TokenProcessOptions {
  /** What the library is told: where its settings are, never a secret. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** Overrides how long each request may take, in milliseconds. */
  readonly limit?: number
}

/** A process that holds a PKCS#11 library, and whose crash leaves no core dump with the PIN in it; one request at a time. It keeps nothing alive but a request that is under way. */
export class TokenProcess {
  readonly #child: ChildProcess
  readonly #options: TokenProcessOptions
  #end: string | undefined

  constructor(options: TokenProcessOptions) {
    this.#options = options
    const file = import.meta.url.endsWith('.ts') ? './token-child.ts' : './token-child.js'
    // Node can't lower its own limits (setrlimit); a shell can, and the process takes its place.
    this.#child = fork(new URL(file, import.meta.url), {
      serialization: 'advanced',
      env: { ...options.environment },
      execPath: '/bin/sh',
      execArgv: ['-c', 'ulimit -c 0; exec "$0" "$@"', process.execPath],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#child.once('exit', (code, signal) => {
      this.#end = `ended early (${signal ?? code})`
    })
    this.#child.once('error', error => {
      this.#end = `could not be started (${error.message})`
    })
    this.#rest()
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** True once it can answer nothing more. */
  get isGone(): boolean {
    return this.#end !== undefined || !this.#child.connected
  }

  /**
   * Asks the library; must not be called before the last answer is there.
   * @throws EnergywebError what the library says; `key-unavailable`, retryable, when it crashed or takes too long: then the
   * process is gone
   */
  async ask<Ask extends TokenRequest['ask']>(
    request: Extract<TokenRequest, { ask: Ask }>,
  ): Promise<TokenAnswers[Ask]> {
    this.#child.ref()
    this.#child.channel?.ref()
    try {
      const answer = await this.#answerTo(request)
      if ('error' in answer) throw revived(answer)
      // The process answers each request with its own kind of answer.
      return answer.value as TokenAnswers[Ask]
    } finally {
      this.#rest()
    }
  }

  /** Lets the library say goodbye; one that does not is killed. */
  close(): void {
    if (this.#child.connected) this.#child.disconnect()
    const cancel = this.#options.clock.after(farewell, () => this.kill())
    this.#child.once('exit', cancel)
    // Wanted by nobody: the process must not wait for this.
    if (this.#end !== undefined) cancel()
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #rest(): void {
    this.#child.unref()
    this.#child.channel?.unref()
  }

  #answerTo(request: TokenRequest): Promise<TokenAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<TokenAnswer>()
    const child = this.#child
    const fail = (why: string) => {
      this.#end ??= why
      reject(
        new EnergywebError('key-unavailable', `the process that holds the PKCS#11 library ${why}`, {
          retryable: true,
          hint: 'It is started again. If this happens often, ask the maker of the token for a newer library.',
        }),
      )
      this.kill()
    }
    const onExit = () => fail(this.#end ?? 'ended early')
    const limit = this.#options.limit ?? limits[request.ask]
    const cancel = this.#options.clock.after(limit, () => fail(`gave no answer within ${limit / 1_000} s`))
    child.once('message', resolve)
    child.once('exit', onExit)
    child.once('error', onExit)
    if (this.isGone) fail(this.#end ?? 'is gone')
    else {
      child.send(request, error => {
        if (error !== null) fail(`could not be reached (${error.message})`)
      })
    }
    return promise.finally(() => {
      cancel()
      child.off('message', resolve)
      child.off('exit', onExit)
      child.off('error', onExit)
    })
  }
}

function revived({ error }: Extract<TokenAnswer, { error: unknown }>): EnergywebError {
  const { code, message, hint, retryable } = error
  return new EnergywebError(code, message, { retryable, ...(hint !== undefined && { hint }) })
}
