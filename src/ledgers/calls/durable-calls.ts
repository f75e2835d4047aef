import { callsStream } from '../../core/call-log.ts'
import type { Clock } from '../../core/clock.ts'
import { sleep } from '../../core/clock.ts'
import { EnergywebError, messageOf, toEnergywebError } from '../../core/errors.ts'
import type { OnceLog } from '../../core/event-cursor.ts'
import { faultPoint } from '../../core/fault-point.ts'
import type { DefinedLine } from '../../core/ledger.ts'
import type { Log } from '../../core/log.ts'
import { type Logger, silentLogger } from '../../core/logger.ts'
import type { Signer } from '../../core/signer.ts'
import type { CursorStore, Submission, SubmissionStore } from '../../core/submission.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { defaultSettings, type SubmissionSettings } from '../evm/sender.ts'
import { isHeldReason } from '../evm/submission-held.ts'
import { SubmissionMachine } from '../evm/submission-machine.ts'
import { accountOf } from '../evm/transaction.ts'
import { callsRegistry } from './calls-registry.ts'
import { giveUpHeld, type HeldCall, heldCall } from './held-call.ts'
import { type ContractCallNote, callIn, noteOf } from './kept-call.ts'

/** What calls are kept in: the log that `openLog` opens. */
export type CallLog = Pick<Log, 'openStream' | 'append' | 'entries'> & CursorStore & SubmissionStore & OnceLog

export interface DurableCallsOptions {
  readonly log: CallLog
  readonly signer: Signer
  /** Most gas of one call, default 10,000,000. */
  readonly gasCap?: bigint
  /** Milliseconds between two turns while something is under way, default 1,000. */
  readonly pollEvery?: number
  readonly logger?: Logger
  readonly settings?: Partial<SubmissionSettings>
}

/** What ends the work on calls for this process; all else is tried again. */
const fatal: readonly string[] = ['log-io', 'log-closed', 'log-corrupt', 'network-wrong-chain', 'key-invalid']

/**
 * The calls of one account on one chain that must be made whatever happens: each is an entry of the log before anything is
 * signed, and goes through the same submission machine as what is registered on ledgers.
 */
export class DurableCalls {
  readonly account: string
  readonly #network: EvmNetwork
  readonly #log: CallLog
  readonly #line: DefinedLine
  readonly #machine: SubmissionMachine
  readonly #pollEvery: number
  readonly #logger: Logger
  readonly #closing = new AbortController()
  #running: Promise<void> | undefined
  #wake: (() => void) | undefined
  /** Something came since the last turn began. */
  #isAsked = false
  #failure: EnergywebError | undefined

  private constructor(
    network: EvmNetwork,
    { log, logger = silentLogger, pollEvery = 1_000 }: DurableCallsOptions,
    { line, machine }: { line: DefinedLine; machine: SubmissionMachine },
  ) {
    this.#network = network
    this.#log = log
    this.#line = line
    this.#machine = machine
    this.#pollEvery = pollEvery
    this.#logger = logger
    this.account = machine.account
  }

  /** Opens them, and goes on with what an earlier process left. */
  static async open(network: EvmNetwork, options: DurableCallsOptions): Promise<DurableCalls> {
    const { log, signer, gasCap = 10_000_000n, settings, logger = silentLogger } = options
    const account = accountOf(signer)
    const stream = callsStream(network.chainId, account)
    await log.openStream({ name: stream })
    const place = { name: `${stream}/calls`, stream, key: account }
    const line: DefinedLine = { ...place, role: 'producer', target: undefined }
    const { stopped } = await log.openLine(place.name, stream)
    // The cap may be another one now.
    if (isHeldReason(stopped)) await log.setStopped(place.name, undefined)
    const machine = await SubmissionMachine.open({
      network,
      registry: callsRegistry({ network, log, stores: log, account, gasCap }),
      store: log,
      signer,
      lines: [line],
      // A call waits for somebody: what failed for the moment is tried again soon.
      settings: { ...defaultSettings, retryAfter: 2_000, ...settings },
      log: logger,
    })
    const calls = new DurableCalls(network, options, { line, machine })
    calls.#run()
    return calls
  }

  /**
   * Keeps a call, and makes it as soon as that is possible. With a key it is kept once for that key, however often it is asked
   * for, also after a crash.
   * @returns the sequence of its entry, once that is durable
   * @throws EnergywebError `argument-invalid` when the key stands for another call; `log-io`, `log-closed`
   */
  async keep(call: ContractCallNote, key: string | undefined): Promise<number> {
    if (this.#failure !== undefined) throw this.#failure
    const { stream } = this.#line
    const document = noteOf(call)
    faultPoint('ledgers/call-asked')
    const { sequence } = await (key === undefined
      ? this.#log.append(stream, 'note', document)
      : this.#log.appendOnce(`${stream} ${key}`, stream, 'note', document))
    faultPoint('ledgers/call-kept')
    if (key !== undefined) await this.#requireSame(sequence, call, key)
    this.#run()
    return sequence
  }

  async #requireSame(sequence: number, call: ContractCallNote, key: string): Promise<void> {
    const [entry] = await this.#log.entries(this.#line.stream, { after: sequence - 1, limit: 1 })
    const kept = entry && callIn(entry)
    if (kept?.to === call.to && kept.data === call.data && kept.value === call.value) return
    throw new EnergywebError('argument-invalid', `the key "${key}" stands for another call: ${kept?.what}`, {
      hint: 'A key stands for one call, for ever: take another one.',
    })
  }

  /** True once they were closed, or something ended the work on them: then they must be opened anew. */
  get isOver(): boolean {
    return this.#failure !== undefined
  }

  /** True while something waits or is not final. */
  async isBusy(): Promise<boolean> {
    const [status] = await this.#machine.status()
    return status !== undefined && (status.backlog > 0 || Object.keys(status.pending).length > 0)
  }

  /** What holds them up, in words. */
  async trouble(): Promise<string | undefined> {
    const [status] = await this.#machine.status()
    return status?.stopped ?? status?.trouble
  }

  /** The call that costs more gas than it may, and holds up those behind it; undefined while nothing does. */
  held(): Promise<HeldCall | undefined> {
    return heldCall(this.#log, this.#line.name)
  }

  /**
   * Gives up the call that holds up the others: it never had a nonce, so none is missing. Those behind it go on.
   * @param entry - its entry, as `held` tells it
   * @throws EnergywebError `argument-invalid` when that call holds up nothing; `log-io`, `log-closed`
   */
  async giveUp(
    entry: number,
    { by, reason }: { readonly by: string; readonly reason: string },
  ): Promise<void> {
    await this.#network.exclusive(this.account, async () => {
      const held = await this.held()
      if (held?.entry !== entry) {
        const found = held === undefined ? 'nothing is held up' : `it is the one of entry ${held.entry}`
        throw new EnergywebError('argument-invalid', `the call of entry ${entry} holds up nothing: ${found}`)
      }
      await giveUpHeld(this.#log, this.#line.name, { entry, by, reason })
    })
    this.#run()
  }

  /**
   * What became of a call, as far as it is known.
   * @throws EnergywebError what has ended the work on calls
   */
  async submissionOf(sequence: number): Promise<Submission | undefined> {
    const { name } = this.#line
    for (let limit = 64; ; limit *= 4) {
      const found = await this.#log.ofLine(name, limit)
      const own = found.find(({ first, last }) => first <= sequence && sequence <= last)
      if (own !== undefined || found.length < limit) {
        if (this.#failure !== undefined && own?.state !== 'final') throw this.#failure
        return own
      }
    }
  }

  /** Works until nothing is left to do; what comes meanwhile wakes it up. */
  #run(): void {
    this.#isAsked = true
    this.#wake?.()
    if (this.#closing.signal.aborted || this.#failure !== undefined) return
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined
      // It came when the work was already ending.
      if (this.#isAsked) this.#run()
    })
  }

  async #work(): Promise<void> {
    const { signal } = this.#closing
    let pause = this.#pollEvery
    while (!signal.aborted) {
      const woken = new Promise<void>(resolve => {
        this.#wake = resolve
      })
      try {
        this.#isAsked = false
        await this.#machine.work({ signal })
        pause = this.#pollEvery
        if (!(await this.isBusy()) && !this.#isAsked) return
      } catch (thrown) {
        const error = toEnergywebError(thrown)
        if (signal.aborted) return
        if (fatal.includes(error.code)) {
          this.#failure = error
          return
        }
        this.#logger.warn({ account: this.account }, messageOf(error))
        pause = Math.min(pause * 2, 60_000)
      }
      await this.#paused(pause, woken)
    }
  }

  async #paused(milliseconds: number, woken: Promise<void>): Promise<void> {
    const over = new AbortController()
    const either = AbortSignal.any([over.signal, this.#closing.signal])
    const clock: Clock = this.#network.clock
    await Promise.race([sleep(milliseconds, { clock, signal: either }).catch(() => undefined), woken])
    over.abort()
  }

  /** Ends the work of this process; what is on disk goes on when they are opened again. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#failure ??= new EnergywebError('aborted', `the calls of ${this.account} were closed`)
    await this.#running
  }
}
