import { decodeEventLog, encodeEventTopics } from 'viem/utils'
import { EnergywebError } from '../../core/errors.ts'
import type { Instant } from '../../core/time.ts'
import { type EventLog, type Head, headOf, logsOf } from '../evm/answers.ts'
import { logsThatFit } from '../evm/find-logs.ts'
import { compareLogs } from '../evm/log-order.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { quantity } from '../evm/rpc-calls.ts'
import { usnAbi } from './abi.ts'
import { notOver, type UsnBookings, type UsnRental, withRental } from './rental.ts'
import { rentalOf, type UsnContract } from './usn-contract.ts'

type Waiting = { readonly signal?: AbortSignal }

/** More blocks than these are not searched for events: reading all bookings anew is cheaper then. */
const widestSearch = 1_000n
/** So often all bookings are read anew, whatever the events say: a node may have left one out. */
const readAllEvery = 600_000
/** Bookings that are over are kept so long, for whoever asks why one has ended. */
const keepOver = 86_400_000

export interface BookingWatchOptions {
  readonly network: EvmNetwork
  readonly contract: UsnContract
  /** 0x and 64 hex digits. */
  readonly id: string
  /** Blocks on a booking until it counts, its own included. */
  readonly confirmations: number
}

/**
 * Keeps the bookings of one device in step with its chain: all are read at first, and again when a block that was seen is no
 * more; between that its events tell.
 */
export class BookingWatch {
  readonly #options: BookingWatchOptions
  #bookings: UsnBookings = new Map()
  #seen: Head | undefined
  #readAt: number | undefined

  constructor(options: BookingWatchOptions) {
    this.#options = options
  }

  get bookings(): UsnBookings {
    return this.#bookings
  }

  /** The newest block that was looked at; undefined before the first look. */
  get seen(): Head | undefined {
    return this.#seen
  }

  /**
   * Looks at the chain, at `now` of the local clock.
   * @throws EnergywebError `network-unreachable`, `network-not-synced`, `network-refused`, all retryable; `abi-invalid` where
   * there is no such contract
   */
  async look(now: Instant, waiting: Waiting = {}): Promise<void> {
    const { network, confirmations } = this.#options
    const known = this.#seen
    const { head, results } = await network.readyWith(
      known === undefined ? [] : [blockCall(known.number)],
      waiting,
    )
    const isStill = known !== undefined && headOf(results[0])?.hash === known.hash
    const number = head.number - BigInt(confirmations - 1)
    // A node that is behind has nothing to say, nor has a chain that is younger than that.
    if (number < 0n || (isStill && number < known.number)) return
    const block = confirmations === 1 ? head : await this.#blockAt(number, waiting)
    const monotonic = network.clock.monotonic()
    const isDue = this.#readAt === undefined || monotonic - this.#readAt >= readAllEvery
    if (!isStill || isDue || block.number - known.number > widestSearch) {
      await this.#readAll(block, waiting)
      this.#readAt = monotonic
    } else if (block.number > known.number) {
      const told = await this.#readEvents({ from: known.number + 1n, to: block.number }, waiting)
      // What an event does not tell, the contract does.
      if (!told) await this.#readAll(block, waiting)
    }
    this.#seen = block
    this.#bookings = notOver(this.#bookings, now - keepOver)
  }

  async #readAll(block: Head, waiting: Waiting): Promise<void> {
    const { contract, id } = this.#options
    const rentals = await contract.bookings(id, { block: block.number, ...waiting })
    this.#bookings = new Map(rentals.map(rental => [rental.from, rental]))
  }

  /** False when an event can't be read: a contract may emit what looks like one. */
  async #readEvents({ from, to }: { from: bigint; to: bigint }, waiting: Waiting): Promise<boolean> {
    const { network, contract, id } = this.#options
    const wanted = { address: contract.address, topics: [[rented, returned], null, id] }
    const filter = { ...wanted, fromBlock: quantity(from), toBlock: quantity(to) }
    // The last block goes along: a node that does not have it would say that nothing happened.
    const calls = [blockCall(to), { method: 'eth_getLogs', params: [filter] }]
    const [last, logs] = await network.results(calls, waiting)
    if (headOf(last) === undefined) throw behind(to)
    const rentals = logsThatFit(logsOf(logs), wanted).toSorted(compareLogs).map(rentalIn)
    if (rentals.includes(undefined)) return false
    for (const rental of rentals) if (rental) this.#bookings = withRental(this.#bookings, rental)
    return true
  }

  async #blockAt(number: bigint, waiting: Waiting): Promise<Head> {
    const [result] = await this.#options.network.results([blockCall(number)], waiting)
    const block = headOf(result)
    if (block === undefined) throw behind(number)
    return block
  }
}

function rentalIn({ topics: [signature = '', ...indexed], data }: EventLog): UsnRental | undefined {
  const topics: [`0x${string}`, ...`0x${string}`[]] = [hex(signature), ...indexed.map(hex)]
  try {
    return rentalOf(decodeEventLog({ abi: usnAbi, topics, data: hex(data) }).args)
  } catch {
    // Whatever the library says of it: it is not what the interface has.
    return undefined
  }
}

const [rented = '0x'] = encodeEventTopics({ abi: usnAbi, eventName: 'LogRented' })
const [returned = '0x'] = encodeEventTopics({ abi: usnAbi, eventName: 'LogReturned' })

function blockCall(number: bigint) {
  return { method: 'eth_getBlockByNumber', params: [quantity(number), false] }
}

function hex(text: string): `0x${string}` {
  return `0x${text.replace(/^0x/, '')}`
}

function behind(block: bigint): EnergywebError {
  return new EnergywebError('network-not-synced', `the node asked has no block ${block} yet`, {
    retryable: true,
  })
}
