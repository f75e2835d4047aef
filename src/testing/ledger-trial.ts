import { toHex, utf8 } from '../core/bytes.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import type { DefinedLine, Ledger, LineStatus } from '../core/ledger.ts'
import type { Signer } from '../core/signer.ts'
import type { Submission } from '../core/submission.ts'
import { nobleHashes } from '../proof/hashes.ts'
import { addEntry } from './fake-entry.ts'
import type { LedgerSubject, LedgerTrialOptions, TriedPlace } from './ledger-subject.ts'
import { MemoryStores } from './memory-stores.ts'
import { type FaultyFetch, faultyFetch } from './rpc-faults.ts'

const hour = 3_600_000
const millijoulesPerWattHour = 3_600_000n
/** When the first reading is measured; all of them lie long before the gateway's clock. */
const begin = Date.UTC(2024, 0, 1)
const stream = 'trial'
const mostRounds = 60

/** Time that a case can push on. */
class PushedClock implements Clock {
  #ahead = 0
  now = () => systemClock.now()
  monotonic = () => systemClock.monotonic() + this.#ahead
  after = systemClock.after
  push(milliseconds: number): void {
    this.#ahead += milliseconds
  }
}

/** One case's own place in the contract, books and readings. */
export class LedgerTrial {
  readonly subject: LedgerSubject
  readonly node: FaultyFetch = faultyFetch()
  readonly account: string
  readonly #signer: Signer
  readonly #place: TriedPlace
  readonly #clock = new PushedClock()
  /** The newest ledger's books. */
  stores = new MemoryStores()
  /** Blocks until what is mined is final. */
  confirmations = 2
  /** Totals that were measured, in whole units of the contract, Wh. */
  readonly measured: bigint[] = []

  private constructor(subject: LedgerSubject, place: TriedPlace, { address, signer }: Account) {
    this.subject = subject
    this.account = address
    this.#signer = signer
    this.#place = place
  }

  /** A place that holds nothing, on a chain where nothing is under way. */
  static async open(subject: LedgerSubject): Promise<LedgerTrial> {
    const { anvil } = subject
    await anvil.rpc('anvil_dropAllTransactions')
    await anvil.rpc('anvil_setNextBlockBaseFeePerGas', ['0x3b9aca00'])
    await anvil.mine()
    const account = await newAccount(subject)
    return new LedgerTrial(subject, await subject.place(account.address), account)
  }

  /** Measures the next totals, each 10 units above the one before; of an `interval` ledger one an hour. */
  measure(count: number): void {
    for (let i = 0; i < count; i++) this.#measured((this.measured.at(-1) ?? 0n) + 10n * this.#unit)
  }

  /** Measures a total, in units of the contract. */
  measureTotal(units: bigint): void {
    this.#measured(units * this.#unit)
  }

  get #unit(): bigint {
    return this.subject.definition.unit ?? 1n
  }

  #measured(total: bigint): void {
    this.measured.push(total)
    this.#add(total, this.measured.length)
  }

  /** The register holds as much more as the contract can't be told. */
  #add(total: bigint, hours: number): void {
    addTo(this.stores, total + this.#unit - 1n, hours)
  }

  /** The meter says nothing for a while: an entry without a total. */
  fallSilent(): void {
    addEntry(this.stores.entries, stream, 'gap', { reason: 'trial' })
  }

  /** Books without what was registered: as restored from a backup of before. The entries are the same. */
  forget(): void {
    this.stores = new MemoryStores()
    for (const [i, total] of this.measured.entries()) this.#add(total, i + 1)
  }

  /** A ledger on these books, as after a start. */
  async start({ stranger = false } = {}): Promise<Ledger> {
    this.stores = this.stores.snapshot()
    const signer = stranger ? (await newAccount(this.subject)).signer : this.#signer
    return this.subject.doors.open(this.subject.definition, { ...this.#options(this.node.fetch), signer })
  }

  #options(fetch: typeof globalThis.fetch): Omit<LedgerTrialOptions, 'signer'> {
    const { options, line: target, role = 'producer' } = this.#place
    const line: DefinedLine = { name: `${stream}/trial`, stream, role, key: 'trial', target }
    const period = { period: 'hour', grace: '1m' } as const
    return {
      url: this.subject.anvil.url,
      chainId: 31_337n,
      fetch,
      networkClock: this.#clock,
      clock: systemClock,
      confirmations: this.confirmations,
      line,
      stores: this.stores,
      options,
      ...period,
    }
  }

  /** What the place's own options and line are, for cases about them. */
  get place(): TriedPlace {
    return this.#place
  }

  push(milliseconds: number): void {
    this.#clock.push(milliseconds)
  }

  async work(ledger: Ledger): Promise<void> {
    const { signal = new AbortController().signal } = this.subject
    await ledger.work({ signal })
  }

  async mine(blocks = 1): Promise<void> {
    await this.subject.anvil.mine(blocks)
  }

  async status(ledger: Ledger): Promise<LineStatus> {
    const [status] = await ledger.status()
    if (status === undefined) throw new EnergywebError('internal', 'the ledger has no line')
    return status
  }

  /** Turns and blocks, so many. */
  async turns(ledger: Ledger, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await this.work(ledger)
      await this.mine()
      this.push(5_000)
    }
  }

  /** Turns and blocks until nothing is left to do. @throws EnergywebError `internal` when that takes too many */
  async settle(ledger: Ledger): Promise<void> {
    for (let round = 0; round < mostRounds; round++) {
      await this.work(ledger)
      const { backlog, pending } = await this.status(ledger)
      if (backlog === 0 && Object.keys(pending).length === 0) return
      await this.mine()
      this.push(5_000)
    }
    throw new EnergywebError('internal', `it does not come to rest: ${words(await this.status(ledger))}`)
  }

  /** What the chain says, asked behind all faults. */
  async onChain(): Promise<{ readonly total: bigint; readonly registered: readonly bigint[] }> {
    const { definition, doors } = this.subject
    const options = { ...this.#options(globalThis.fetch), signer: this.#signer }
    return doors.look(definition, { ...options, account: this.account })
  }

  /** Submissions, oldest first. */
  async submissions(): Promise<readonly Submission[]> {
    return (await this.stores.ofLine(`${stream}/trial`, 1_000)).toReversed()
  }

  /** The newest transaction of each submission. */
  async transactions(): Promise<readonly string[]> {
    return (await this.submissions()).flatMap(({ variants }) => variants.at(-1)?.hash ?? [])
  }

  /** What is wrong when each total should be registered once, in order, and all of it be final. */
  async wrongOf(ledger: Ledger, options: { inAnyOrder?: boolean } = {}): Promise<readonly string[]> {
    const { total, registered } = await this.onChain()
    const { stopped, trouble, backlog } = await this.status(ledger)
    const inOrder = (list: readonly bigint[]) => (options.inAnyOrder ? list.toSorted(byAmount) : list)
    return [
      ...different('registered', inOrder(registered), this.measured),
      ...different('the contract holds', total, this.measured.at(-1) ?? 0n),
      ...different('stopped', stopped, undefined),
      ...different('trouble', trouble, undefined),
      ...different('backlog', backlog, 0),
    ]
  }
}

interface Account {
  /** Lower case. */
  readonly address: string
  readonly signer: Signer
}

let accounts = 0

/** An account that nobody has used, with coins: some contracts know one only once. */
async function newAccount({ anvil, signer: open }: LedgerSubject): Promise<Account> {
  accounts += 1
  const signer = await open(`0x${toHex(nobleHashes.sha256(utf8(`trial ${accounts}`)))}`)
  // An address is the end of the hash of the public key, without the byte that says how it is written.
  const address = `0x${toHex(nobleHashes.keccak256(signer.publicKey('secp256k1').subarray(1)).subarray(12))}`
  await anvil.rpc('anvil_setBalance', [address, '0x56bc75e2d63100000'])
  return { address, signer }
}

function addTo({ entries }: MemoryStores, wattHours: bigint, hours: number): void {
  const measuredAt = new Date(begin + hours * hour - hour / 2).toISOString()
  const total = wattHours * millijoulesPerWattHour
  addEntry(entries, stream, 'reading', { status: 'counted', total, measuredAt })
}

const byAmount = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)

const words = (value: unknown): string =>
  JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? one.toString() : (one ?? null)))

/** What to say when something is not what it should be; nothing when it is. */
export function different(what: string, found: unknown, expected: unknown): readonly string[] {
  return words(found) === words(expected)
    ? []
    : [`${what}: expected ${words(expected)}, found ${words(found)}`]
}

/** What to say of a text that should say something. */
export function silentOn(what: string, found: string | undefined, expected: RegExp): readonly string[] {
  return expected.test(found ?? '') ? [] : [`${what}: expected ${expected}, found ${words(found)}`]
}
