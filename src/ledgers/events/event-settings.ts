import { type Duration, parseDuration } from '../../core/duration.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { EventBook } from '../../core/event-cursor.ts'
import { type Logger, silentLogger } from '../../core/logger.ts'
import { addressTrouble } from '../../proof/address-text.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { MemoryEventBook } from './memory-event-book.ts'

/** Whose events are followed, from where, and where that is kept. */
export interface FollowOptions {
  readonly network: EvmNetwork | (() => EvmNetwork | Promise<EvmNetwork>)
  /** The contract, or several that share an ABI. */
  readonly address: string | readonly string[]
  /** The first block, or `latest` (default): whatever is mined after the first start. Later starts go on where the last ended. */
  readonly from?: bigint | number | 'earliest' | 'latest'
  /** Blocks on an event until it is offered, its own included; default the network's, 1 is at once. */
  readonly confirmations?: number
  /** How many blocks a reorg may replace, 1 to 500; default 64, or twice the confirmations where that is more. */
  readonly depth?: number
  /** Where it keeps how far it is: a log opened with `openLog`. Default in memory, so that each start begins anew. */
  readonly cursors?: EventBook | (() => EventBook)
  /** What its cursor is kept under; needed where two triggers follow the same events. */
  readonly name?: string
  /** Time between two looks at the chain; default 2s. */
  readonly poll?: Duration
  readonly log?: Logger
}

/** Such options, checked. */
export interface FollowSettings {
  readonly network: () => EvmNetwork | Promise<EvmNetwork>
  readonly book: () => EventBook
  readonly addresses: readonly string[]
  readonly from: bigint | undefined
  readonly confirmations: number | undefined
  readonly depth: number | undefined
  readonly name: string | undefined
  readonly poll: number
  readonly log: Logger
}

const deepest = 500

/** @throws EnergywebError `argument-invalid`, `duration-invalid` */
export function settingsOf(options: FollowOptions): FollowSettings {
  const { network, cursors = new MemoryEventBook(), name, confirmations, depth, log = silentLogger } = options
  if (name !== undefined && (name === '' || name.length > 256)) {
    throw new EnergywebError(
      'argument-invalid',
      `a cursor's name has 1 to 256 characters, not ${name.length}`,
    )
  }
  requireWhole('confirmations', confirmations, 10_000)
  requireWhole('depth', depth, deepest)
  return {
    network: typeof network === 'function' ? network : () => network,
    book: typeof cursors === 'function' ? cursors : () => cursors,
    addresses: addressesOf(options.address),
    from: firstBlock(options.from ?? 'latest'),
    confirmations,
    depth,
    name,
    poll: Math.max(10, parseDuration(options.poll ?? '2s')),
    log,
  }
}

function addressesOf(given: string | readonly string[]): readonly string[] {
  const addresses = typeof given === 'string' ? [given] : given
  const wrong = addresses.find(address => addressTrouble(address) !== undefined)
  if (addresses.length > 0 && wrong === undefined) {
    return [...new Set(addresses.map(address => address.toLowerCase()))].sort()
  }
  const why = wrong === undefined ? 'there is none' : addressTrouble(wrong)
  throw new EnergywebError('argument-invalid', `"${wrong ?? ''}" is no address of a contract: ${why}`, {
    hint: 'Give 0x and 40 hex digits. Events are followed by contract: anybody can emit one that looks the same.',
  })
}

function firstBlock(from: bigint | number | 'earliest' | 'latest'): bigint | undefined {
  if (from === 'latest') return undefined
  if (from === 'earliest') return 0n
  if (typeof from === 'bigint' ? from >= 0n : Number.isSafeInteger(from) && from >= 0) return BigInt(from)
  throw new EnergywebError('argument-invalid', `events can't be followed from block ${from}`, {
    hint: 'Give the number of a block, earliest or latest.',
  })
}

function requireWhole(what: string, value: number | undefined, most: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= most)) return
  throw new EnergywebError('argument-invalid', `${what} is ${value}, not a whole number from 1 to ${most}`)
}

/** How deep a reorg may be, in blocks. */
export function depthOf(depth: number | undefined, confirmations: number): number {
  const usual = Math.max(64, 2 * confirmations)
  return Math.max(depth ?? Math.min(deepest, usual), Math.min(deepest, confirmations))
}
