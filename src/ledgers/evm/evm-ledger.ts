import { isEnergywebError, messageOf } from '../../core/errors.ts'
import { inTurns } from '../../core/in-turns.ts'
import type { Ledger, LedgerSpending, LineStatus, NetworkStatus, ReportLine } from '../../core/ledger.ts'
import { type Logger, silentLogger } from '../../core/logger.ts'
import type { Signer } from '../../core/signer.ts'
import type { CursorStore, SubmissionStore } from '../../core/submission.ts'
import { keysWithWork } from './keys-with-work.ts'
import type { EvmNetwork } from './network.ts'
import { openedSoon } from './opened-soon.ts'
import type { Registry } from './registry.ts'
import { defaultSettings, type SubmissionSettings } from './sender.ts'
import { SharedGas } from './shared-gas.ts'
import { Spending } from './spending.ts'
import type { CertificateStores } from './submission-certificates.ts'
import { SubmissionMachine } from './submission-machine.ts'
import { accountOf } from './transaction.ts'

export interface EvmLedgerOptions {
  readonly kind: string
  /** Name of the ledger, as configured. */
  readonly name: string
  readonly network: EvmNetwork
  /** By key name. A key that is still being opened is a promise: its lines wait. */
  readonly signers: ReadonlyMap<string, Signer | Promise<Signer>>
  readonly lines: readonly ReportLine[]
  readonly stores: CursorStore & SubmissionStore
  readonly log?: Logger
  readonly settings?: Partial<SubmissionSettings>
  /** Where certificates go; without it nobody looks for any. */
  readonly certificates?: CertificateStores
  /** The contracts, for the lines of one account. */
  readonly registry: (options: { lines: readonly ReportLine[]; account: string }) => Registry
}

interface KeyLines {
  readonly key: string
  readonly lines: readonly ReportLine[]
  machine: SubmissionMachine | undefined
  /** Why the key can't be used, or what its last turn met while other keys had a good one. */
  trouble: string | undefined
  /** Its last turn failed, maybe by what only this key asks: it shares no requests, so that the others don't wait for it. */
  isApart: boolean
}

/**
 * So many keys take their turns at once. A turn is some ten questions one after the other, and a node that makes a block lets
 * all of them wait: with fewer keys on their way, blocks go out half empty. They share requests to the node and commits of the
 * log, so that many cost little more than one.
 */
const keysAtOnce = 1_024

/** A family of contracts as a ledger: one submission machine a key. */
export class EvmLedger implements Ledger {
  readonly kind: string
  readonly name: string
  readonly #options: EvmLedgerOptions
  readonly #keys: readonly KeyLines[]
  readonly #sharedGas = new SharedGas()
  readonly #spending = new Spending()
  readonly #closing = new AbortController()
  #working: Promise<void> = Promise.resolve()
  #probing: Promise<void> = Promise.resolve()

  private constructor(options: EvmLedgerOptions) {
    this.kind = options.kind
    this.name = options.name
    this.#options = options
    const byKey = Map.groupBy(options.lines, line => line.key)
    this.#keys = [...byKey].map(([key, lines]) => ({
      key,
      lines,
      machine: undefined,
      trouble: undefined,
      isApart: false,
    }))
  }

  /** Opens it, and its lines in the store. The chain is first asked by `work`. */
  static async open(options: EvmLedgerOptions): Promise<EvmLedger> {
    await Promise.all(options.lines.map(({ name, stream }) => options.stores.openLine(name, stream)))
    return new EvmLedger(options)
  }

  work({ signal }: { signal: AbortSignal }): Promise<void> {
    const either = AbortSignal.any([signal, this.#closing.signal])
    this.#working = this.#turn(either)
    return this.#working
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    // Once for all keys: those with nothing to do don't ask the chain, and its being away must be seen nevertheless.
    await this.#options.network.ready({ signal })
    // The turn does not wait for nodes that are not in use.
    this.#probing = this.#options.network.probe({ signal: this.#closing.signal })
    let worked = 0
    const keys = await keysWithWork(this.#keys, this.#options.stores)
    // A turn each: keys with much to follow must not keep those behind them from sending theirs.
    const failures = await inTurns(keys, keysAtOnce, async lines => {
      signal.throwIfAborted()
      const machine = await this.#machineOf(lines, signal)
      if (machine === undefined) return false
      // Only who waits by the same signal shares requests.
      const own = lines.isApart ? AbortSignal.any([signal]) : signal
      lines.isApart = true
      const more = await machine.turn({ signal: own })
      lines.isApart = false
      lines.trouble = undefined
      worked += 1
      return more
    })
    signal.throwIfAborted()
    for (const [lines, error] of failures) {
      // Where no key had a good turn it is the ledger's trouble; else the ledger must not be kept waiting for this key.
      if (worked === 0) throw error
      this.#blame(lines, error)
    }
  }

  #blame(lines: KeyLines, error: unknown): void {
    const text = `${isEnergywebError(error) ? error.code : 'internal'}: key ${lines.key}: ${messageOf(error)}`
    if (lines.trouble !== text) this.#options.log?.warn({ ledger: this.name, key: lines.key }, text)
    lines.trouble = text
  }

  /** A key that can't be opened is the trouble of its own lines. */
  async #machineOf(lines: KeyLines, signal: AbortSignal): Promise<SubmissionMachine | undefined> {
    if (lines.machine !== undefined) return lines.machine
    const { network, stores, signers, settings, log, registry, certificates } = this.#options
    let signer: Signer | undefined
    try {
      signer = await openedSoon(lines.key, signers.get(lines.key), { clock: network.clock, signal })
      lines.trouble = undefined
    } catch (error) {
      signal.throwIfAborted()
      const code = isEnergywebError(error) ? error.code : 'key-unavailable'
      lines.trouble = `${code}: key ${lines.key}: ${messageOf(error)}`
      return undefined
    }
    if (signer === undefined) return undefined
    lines.machine = await SubmissionMachine.open({
      network,
      registry: registry({ lines: lines.lines, account: accountOf(signer) }),
      store: stores,
      signer,
      lines: lines.lines,
      settings: { ...defaultSettings, ...settings },
      log: log ?? silentLogger,
      sharedGas: this.#sharedGas,
      spending: this.#spending,
      ...(certificates && { certificates }),
    })
    return lines.machine
  }

  keyIsReady(key: string): void {
    for (const lines of this.#keys) if (lines.key === key) lines.machine?.keyIsReady()
  }

  network(): NetworkStatus {
    return this.#options.network.status()
  }

  spending(): LedgerSpending {
    return this.#spending.total(this.#options.network.name)
  }

  async status(): Promise<readonly LineStatus[]> {
    const lists = await Promise.all(
      this.#keys.map(async lines => {
        if (lines.machine === undefined) return this.#waiting(lines)
        const { trouble } = lines
        return (await lines.machine.status()).map(line => ({ ...line, trouble: line.trouble ?? trouble }))
      }),
    )
    return lists.flat()
  }

  #waiting({ lines, trouble }: KeyLines): Promise<readonly LineStatus[]> {
    const { stores } = this.#options
    return Promise.all(
      lines.map(async ({ name }) => {
        const [{ cursor, stopped }, backlog] = await Promise.all([stores.line(name), stores.backlog(name)])
        return { line: name, cursor, backlog, pending: {}, stopped, trouble }
      }),
    )
  }

  /** Ends the turn under way; what is on disk goes on at the next start. */
  async close(): Promise<void> {
    this.#closing.abort()
    // Whoever asked for the turn has its error.
    await this.#working.catch(() => undefined)
    await this.#probing
  }
}
