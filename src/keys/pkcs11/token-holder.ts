import { type Clock, systemClock } from '../../core/clock.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { unlessAborted } from '../unless-aborted.ts'
import type { TokenAnswers, TokenFace, TokenName, TokenRequest } from './protocol.ts'
import { TokenProbe } from './token-probe.ts'
import { TokenProcess } from './token-process.ts'

const firstPause = 500
const longestPause = 10_000

/** A token, its library, and the right to use it. */
export interface TokenPlace extends TokenName {
  /** The library's file. */
  readonly library: string
  readonly pin: string
  /** What the library finds in its environment; default that of this process. Give none that holds a secret. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
  /** Milliseconds that the library may take for one answer; default depends on what is asked. */
  readonly limit?: number
  /** Milliseconds between two looks at a token that is watched, by chance a quarter more or less; default 10,000. */
  readonly probeEvery?: number
  /** From 0 to 1, for jitter; default Math.random. */
  readonly random?: () => number
}

/** Hears how a token is, each time that was found out: undefined when it is there. */
export type TokenListener = (trouble: EnergywebError | undefined) => void

interface OpenToken {
  readonly process: TokenProcess
  readonly face: TokenFace
}

type Request = Exclude<TokenRequest, { ask: 'tokens' | 'open' }>

/**
 * Holds one token open for all of its keys. A library that hangs, crashes or lost its token is killed and started anew; while
 * that does not help it is left alone for 0.5 s, then twice that, up to 10 s, and whoever asks hears the last failure. A PIN
 * that was refused is never tried again. As long as somebody watches, the token is looked at between requests.
 */
export class TokenHolder {
  readonly #place: TokenPlace
  readonly #clock: Clock
  #open: OpenToken | undefined
  #last: Promise<unknown> = Promise.resolve()
  #refused: EnergywebError | undefined
  #failure: { readonly error: EnergywebError; readonly until: number; readonly pause: number } | undefined
  #isClosed = false
  /** A PIN was given, and the library ended before it said what the token made of it. */
  #isUnsure = false
  #underWay = 0
  #openings = 0
  readonly #listeners = new Set<TokenListener>()
  readonly #probe: TokenProbe

  constructor(place: TokenPlace) {
    this.#place = place
    const { clock = systemClock, random = Math.random, probeEvery = 10_000 } = place
    this.#clock = clock
    this.#probe = new TokenProbe({ clock, random, every: probeEvery, look: () => this.#look() })
  }

  /** How many times the token was opened: what was true of it may no longer be when this has grown. */
  get openings(): number {
    return this.#openings
  }

  /** Looks after the token between requests, until the answer is called. */
  watch(listener: TokenListener): () => void {
    this.#listeners.add(listener)
    this.#probe.start()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#probe.stop()
    }
  }

  /** Of the process that holds the library now. */
  get pid(): number | undefined {
    return this.#open?.process.pid
  }

  /**
   * Asks for the token's own account of itself, opening it if need be.
   * @throws EnergywebError `key-unavailable`, `key-password`, `key-invalid`, `dependency-missing`
   */
  face({ signal }: { signal?: AbortSignal } = {}): Promise<TokenFace> {
    return this.#inTurn(async ({ face }) => face, signal)
  }

  /**
   * Asks the token, one at a time.
   * @throws EnergywebError `key-unavailable`, retryable, while the token is away; `key-password`, `key-invalid`
   */
  ask<Ask extends Request['ask']>(
    request: Extract<Request, { ask: Ask }>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<TokenAnswers[Ask]> {
    return this.#inTurn(({ process }) => process.ask(request), signal)
  }

  /** True once the token has refused the PIN: this holder never tries again. */
  get isRefused(): boolean {
    return this.#refused !== undefined
  }

  /** True when the PIN is the one that this holder logs in with: a token has one. */
  hasPin(pin: string): boolean {
    return pin === this.#place.pin
  }

  /** Starts the library anew at the next request: what it said can't be believed. */
  discard(): void {
    this.#open?.process.kill()
    this.#open = undefined
  }

  close(): void {
    this.#isClosed = true
    this.#probe.stop()
    this.#listeners.clear()
    this.#open?.process.close()
    this.#open = undefined
  }

  #tell(trouble: EnergywebError | undefined): void {
    for (const listener of [...this.#listeners]) listener(trouble)
  }

  /** Not while a request is under way: that one tells how the token is. Answers after how long to look again, where that is known. */
  async #look(): Promise<number | undefined> {
    if (this.#refused !== undefined) {
      this.#probe.stop()
      return undefined
    }
    if (this.#underWay > 0) return undefined
    try {
      await this.ask({ ask: 'probe' })
      this.#tell(undefined)
      return undefined
    } catch {
      // Whoever watches was told of it where it happened.
      return Math.max(0, (this.#failure?.until ?? 0) - this.#clock.monotonic())
    }
  }

  #inTurn<Value>(work: (open: OpenToken) => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    const turn = this.#last.then(() => {
      signal?.throwIfAborted()
      const failure = this.#failure
      if (failure !== undefined && this.#clock.monotonic() < failure.until) throw failure.error
      return this.#attempt(work)
    })
    this.#underWay += 1
    // The next in line waits for this one, however it ends; its own caller hears of a failure.
    this.#last = turn.catch(() => undefined).finally(() => (this.#underWay -= 1))
    return unlessAborted(turn, signal)
  }

  /** A login may have died with a token that is back by now: a library started anew answers then. One that hung would hang again. */
  async #attempt<Value>(work: (open: OpenToken) => Promise<Value>): Promise<Value> {
    const wasOpen = this.#open?.process.isGone === false
    const began = this.#clock.monotonic()
    try {
      return await this.#once(work)
    } catch (error) {
      if (!isAway(error)) throw error
      if (!wasOpen || this.#clock.monotonic() - began > firstPause) throw this.#paused(error)
    }
    try {
      return await this.#once(work)
    } catch (error) {
      throw isAway(error) ? this.#paused(error) : error
    }
  }

  async #once<Value>(work: (open: OpenToken) => Promise<Value>): Promise<Value> {
    try {
      const value = await work(await this.#opened())
      this.#failure = undefined
      return value
    } catch (error) {
      if (isAway(error)) this.discard()
      throw error
    }
  }

  async #opened(): Promise<OpenToken> {
    if (this.#refused !== undefined) throw this.#refused
    if (this.#isClosed) throw new EnergywebError('aborted', 'the token was let go')
    if (this.#open?.process.isGone === false) return this.#open
    const { library, pin, token, serial, environment = globalThis.process.env, limit } = this.#place
    const process = new TokenProcess({
      environment,
      clock: this.#clock,
      ...(limit !== undefined && { limit }),
    })
    const name = { ...(token !== undefined && { token }), ...(serial !== undefined && { serial }) }
    const isUnsure = this.#isUnsure
    try {
      const face = await process.ask({ ask: 'open', library, name, pin, isUnsure })
      this.#open = { process, face }
    } catch (error) {
      // A library that answered has said what became of the PIN.
      this.#isUnsure ||= process.isGone
      process.kill()
      if (isEnergywebError(error, 'key-password')) this.#refused = error
      if (isEnergywebError(error) && !isAway(error)) this.#tell(error)
      throw error
    }
    this.#isUnsure = false
    this.#openings += 1
    if (this.#openings > 1) this.#tell(undefined)
    return this.#open
  }

  #paused(error: EnergywebError): EnergywebError {
    const pause = Math.min(longestPause, 2 * (this.#failure?.pause ?? firstPause / 2))
    this.#failure = { error, pause, until: this.#clock.monotonic() + pause }
    this.#tell(error)
    return error
  }
}

function isAway(error: unknown): error is EnergywebError {
  return isEnergywebError(error, 'key-unavailable')
}
