import type { Clock } from '../core/clock.ts'
import type { Output } from './io.ts'

const shortestPause = 100
const barWidth = 30
const eraseLine = '\r\u001b[2K'

/** One line that shows how far a long job is; nothing where there is no terminal. */
export class ProgressBar {
  readonly #output: Output
  readonly #clock: Clock
  readonly #label: string
  #drawn = Number.NEGATIVE_INFINITY

  constructor(label: string, { output, clock }: { output: Output; clock: Clock }) {
    this.#label = label
    this.#output = output
    this.#clock = clock
  }

  /** Draws anew, at most ten times a second. */
  show(done: number, total: number): void {
    const now = this.#clock.monotonic()
    if (!this.#output.isTerminal || now - this.#drawn < shortestPause) return
    this.#drawn = now
    const share = total === 0 ? 1 : Math.min(1, done / total)
    const full = Math.round(share * barWidth)
    const bar = `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`
    // Not waited for: the job must not go at the speed of the terminal.
    void this.#output.write(
      `${eraseLine}${this.#label} ${bar} ${Math.floor(share * 100)} % (${done} of ${total})`,
    )
  }

  /** Takes the line away. */
  async clear(): Promise<void> {
    if (this.#drawn !== Number.NEGATIVE_INFINITY) await this.#output.write(eraseLine)
  }
}
