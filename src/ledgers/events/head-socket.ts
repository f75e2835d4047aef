import { type OpenWebSocket, webSocketOpener } from '../../connections/index.ts'
import type { Clock } from '../../core/clock.ts'
import { toEnergywebError } from '../../core/errors.ts'
import type { TlsPolicy } from '../../core/tls-policy.ts'

export interface HeadSocketOptions {
  /** `ws` or `wss`. */
  readonly url: string
  /** What the node must prove; to this very machine `ws` needs no word. */
  readonly tls: TlsPolicy
  /** Told why a connection was refused. */
  readonly onRefused?: (error: Error) => void
  readonly clock: Clock
  /** There is a new block, says the node: whoever hears of it looks for himself. */
  readonly onHead: () => void
  readonly random?: () => number
}

/** A node that says nothing for so long may be gone without a word. */
const longestSilence = 60_000
/** A connection that nobody waits by is kept so long, as somebody soon may. */
const idle = 2_000
/** However many blocks a node tells of, this is between two looks. */
const shortestRest = 100
const firstPause = 1_000
const longestPause = 60_000
/** Nothing that a node tells of a block is longer. */
const longestMessage = 65_536

const subscription = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: ['newHeads'] })

/**
 * Hears of new blocks by a node's WebSocket, while somebody waits for them. Nothing that it says is believed: a node that
 * lies, floods, stalls or is on another chain costs looks at most, and one that is away nothing.
 */
export class HeadSocket {
  readonly #options: HeadSocketOptions
  #opener: Promise<(url: string) => OpenWebSocket> | undefined
  #isOpening = false
  #socket: OpenWebSocket | undefined
  #waiting = 0
  #failures = 0
  #cancelIdle: (() => void) | undefined
  #cancelRetry: (() => void) | undefined
  #cancelSilence: (() => void) | undefined
  #cancelRing: (() => void) | undefined
  /** Monotonic milliseconds: the next attempt, and the last time that somebody was told. */
  #attemptAt = Number.NEGATIVE_INFINITY
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(options: HeadSocketOptions) {
    this.#options = options
  }

  /** Somebody waits for a block; call the answer when he does not any more, with `true` when nobody will soon. */
  listen(): (isLast: boolean) => void {
    this.#waiting += 1
    this.#cancelIdle?.()
    this.#connect()
    return isLast => {
      this.#waiting -= 1
      if (this.#waiting > 0) return
      this.#cancelRetry?.()
      if (isLast) this.#drop()
      else this.#cancelIdle = this.#options.clock.after(idle, () => this.#drop())
    }
  }

  #connect(): void {
    const { clock } = this.#options
    this.#cancelRetry?.()
    if (this.#socket !== undefined || this.#isOpening) return
    const pause = this.#attemptAt - clock.monotonic()
    if (pause > 0) {
      this.#cancelRetry = clock.after(pause, () => this.#connect())
      return
    }
    this.#isOpening = true
    this.#open()
      .then(open => this.#follow(open))
      .catch((error: unknown) => {
        this.#options.onRefused?.(toEnergywebError(error))
        this.#failed()
      })
  }

  #open(): Promise<(url: string) => OpenWebSocket> {
    const { tls, onRefused } = this.#options
    this.#opener ??= webSocketOpener({
      policy: { tls, plainLoopback: true },
      ...(onRefused && { onRefused }),
    })
    return this.#opener
  }

  #follow(open: (url: string) => OpenWebSocket): void {
    this.#isOpening = false
    if (this.#waiting === 0 || this.#socket !== undefined) return
    const socket = open(this.#options.url)
    this.#socket = socket
    this.#listenForSilence()
    const isCurrent = () => this.#socket === socket
    socket.addEventListener('open', () => socket.send(subscription))
    socket.addEventListener('message', ({ data }) => isCurrent() && this.#heard(data))
    // An error is followed by a close, but for some before the connection stands.
    socket.addEventListener('error', () => isCurrent() && this.#failed())
    socket.addEventListener('close', () => isCurrent() && this.#failed())
  }

  /** Hostile input: it is looked at only whether it tells of a block. */
  #heard(data: unknown): void {
    if (typeof data !== 'string' || data.length > longestMessage) {
      this.#failed()
      return
    }
    if (!data.includes('"eth_subscription"')) {
      // It does not offer this: asking it again soon would be of no use.
      if (data.includes('"error"')) this.#failed(longestPause)
      return
    }
    this.#failures = 0
    this.#listenForSilence()
    const { clock } = this.#options
    const rest = this.#toldAt + shortestRest - clock.monotonic()
    if (rest <= 0) this.#tell()
    else this.#cancelRing ??= clock.after(rest, () => this.#tell())
  }

  #tell(): void {
    this.#cancelRing?.()
    this.#cancelRing = undefined
    this.#toldAt = this.#options.clock.monotonic()
    this.#options.onHead()
  }

  #listenForSilence(): void {
    this.#cancelSilence?.()
    this.#cancelSilence = this.#options.clock.after(longestSilence, () => this.#failed())
  }

  #failed(least = firstPause): void {
    const { clock, random = Math.random } = this.#options
    const grown = Math.min(longestPause, least * 2 ** Math.min(this.#failures, 16)) * (0.75 + random() / 2)
    this.#failures += 1
    this.#attemptAt = clock.monotonic() + grown
    this.#drop()
    if (this.#waiting > 0) this.#connect()
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#isOpening = false
    this.#cancelIdle?.()
    this.#cancelRetry?.()
    this.#cancelSilence?.()
    this.#cancelRing?.()
    this.#cancelRing = undefined
    socket?.close()
  }
}
