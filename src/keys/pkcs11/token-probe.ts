import type { Clock } from '../../core/clock.ts'

export interface TokenProbeOptions {
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** Milliseconds between two looks, by chance a quarter more or less. */
  readonly every: number
  /** One look; MUST NOT throw. Answers after how many milliseconds the next one is worth while, if it knows better. */
  readonly look: () => Promise<number | undefined>
}

/** The rhythm by which a token is looked at between requests. */
export class TokenProbe {
  readonly #options: TokenProbeOptions
  #cancel: (() => void) | undefined
  #isOn = false

  constructor(options: TokenProbeOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#isOn) return
    this.#isOn = true
    this.#wait(this.#usual())
  }

  stop(): void {
    this.#isOn = false
    this.#cancel?.()
  }

  #wait(milliseconds: number): void {
    this.#cancel = this.#options.clock.after(milliseconds, () => {
      void this.#lookOnce()
    })
  }

  /** Tokens that were lost together, as with a service they share, are not asked all at once. */
  #usual(): number {
    const { every, random } = this.#options
    return every * (0.75 + random() / 2)
  }

  async #lookOnce(): Promise<void> {
    const again = await this.#options.look()
    if (this.#isOn) this.#wait(again ?? this.#usual())
  }
}
