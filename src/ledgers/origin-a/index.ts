import { EnergywebError, isEnergywebError, messageOf } from '../../core/errors.ts'
import type { Ledger, LineStatus, NetworkStatus, ReportLine } from '../../core/ledger.ts'
import { type Logger, silentLogger } from '../../core/logger.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import type { Signer } from '../../core/signer.ts'
import type { CursorStore, SubmissionStore } from '../../core/submission.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { defaultSettings, type SubmissionSettings } from '../evm/sender.ts'
import { SubmissionMachine } from '../evm/submission-machine.ts'
import { openedSoon } from './opened-soon.ts'
import { type CarbonAccounting, originARegistry } from './registry.ts'

export interface OriginAOptions {
  /** Name of the ledger, as configured. */
  readonly name: string
  readonly network: EvmNetwork
  /** Address of the producing registry; needed when a line is a producer's. */
  readonly producing?: string
  /** Address of the consuming registry; needed when a line is a consumer's. */
  readonly consuming?: string
  /** By key name. A key that is still being opened is a promise: its lines wait. */
  readonly signers: ReadonlyMap<string, Signer | Promise<Signer>>
  readonly lines: readonly ReportLine[]
  readonly stores: CursorStore & SubmissionStore
  readonly log?: Logger
  /** Whether a silent meter is told to the contract: its last value with the meter-down flag. Default true. */
  readonly reportDown?: boolean
  /** The block of the registries' deployment: nothing is searched for before it. Default 0. */
  readonly fromBlock?: bigint
  /** Without it the contract's CO2 register stays as it is, flagged as out of service. */
  readonly carbon?: CarbonAccounting
  readonly settings?: Partial<SubmissionSettings>
}

/**
 * Opens an Origin release A ledger. The chain is first asked by `work`.
 * @throws EnergywebError `config-invalid` for an address that is missing or not one, or an unknown key.
 */
export async function openOriginA(options: OriginAOptions): Promise<OriginALedger> {
  for (const line of options.lines) {
    addressOf(options, line.role)
    if (options.signers.get(line.key) === undefined) {
      throw new EnergywebError('config-invalid', `${line.name}: there is no key "${line.key}"`)
    }
  }
  return OriginALedger.open(options)
}

function addressOf({ name, producing, consuming }: OriginAOptions, role: ReportLine['role']): string {
  const [address, field] = role === 'producer' ? [producing, 'producing'] : [consuming, 'consuming']
  if (address === undefined || !/^0x[0-9a-fA-F]{40}$/.test(address)) {
    throw new EnergywebError('config-invalid', `ledger ${name}: ${field} is not an address`, {
      hint: `Give the address of the ${field} registry: 0x and 40 hex digits.`,
    })
  }
  return address.toLowerCase()
}

interface KeyLines {
  readonly key: string
  readonly lines: readonly ReportLine[]
  machine: SubmissionMachine | undefined
  /** Why the key can't be used, or what its last turn met while other keys had a good one. */
  trouble: string | undefined
}

/** So many keys take their turns at once: enough that a slow one holds nobody back, few enough for any node. */
const keysAtOnce = 8

/** Origin release A as a ledger: one submission machine a key. */
export class OriginALedger implements Ledger {
  readonly kind = 'origin-a'
  readonly name: string
  readonly #options: OriginAOptions
  readonly #keys: readonly KeyLines[]
  readonly #closing = new AbortController()
  #working: Promise<void> = Promise.resolve()
  #probing: Promise<void> = Promise.resolve()

  private constructor(options: OriginAOptions) {
    this.name = options.name
    this.#options = options
    const byKey = Map.groupBy(options.lines, line => line.key)
    this.#keys = [...byKey].map(([key, lines]) => ({ key, lines, machine: undefined, trouble: undefined }))
  }

  static async open(options: OriginAOptions): Promise<OriginALedger> {
    for (const { name, stream } of options.lines) await options.stores.openLine(name, stream)
    return new OriginALedger(options)
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
    const results = await sideBySide(this.#keys, keysAtOnce, async lines => {
      signal.throwIfAborted()
      const machine = await this.#machineOf(lines, signal)
      if (machine === undefined) return
      await machine.work({ signal })
      lines.trouble = undefined
      worked += 1
    })
    signal.throwIfAborted()
    for (const [i, result] of results.entries()) {
      if (result.status === 'fulfilled') continue
      // Where no key had a good turn it is the ledger's trouble; else the ledger must not be kept waiting for this key.
      if (worked === 0) throw result.reason
      this.#blame(this.#keys[i], result.reason)
    }
  }

  #blame(lines: KeyLines | undefined, error: unknown): void {
    if (lines === undefined) return
    const text = `${isEnergywebError(error) ? error.code : 'internal'}: key ${lines.key}: ${messageOf(error)}`
    if (lines.trouble !== text) this.#options.log?.warn({ ledger: this.name, key: lines.key }, text)
    lines.trouble = text
  }

  /** A key that can't be opened is the trouble of its own lines. */
  async #machineOf(lines: KeyLines, signal: AbortSignal): Promise<SubmissionMachine | undefined> {
    if (lines.machine !== undefined) return lines.machine
    const { network, stores, signers, settings, log, name, reportDown, fromBlock, carbon } = this.#options
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
    const contract = (role: ReportLine['role']) =>
      lines.lines.some(line => line.role === role) ? addressOf(this.#options, role) : ''
    lines.machine = await SubmissionMachine.open({
      network,
      registry: originARegistry({
        ledger: name,
        network,
        producing: contract('producer'),
        consuming: contract('consumer'),
        reportDown: reportDown ?? true,
        ...(fromBlock !== undefined && { fromBlock }),
        carbon,
      }),
      store: stores,
      signer,
      lines: lines.lines,
      settings: { ...defaultSettings, ...settings },
      log: log ?? silentLogger,
    })
    return lines.machine
  }

  network(): NetworkStatus {
    return this.#options.network.status()
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
