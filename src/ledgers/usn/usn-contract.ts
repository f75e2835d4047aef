import type { Hex } from 'viem'
import { type Duration, parseDuration } from '../../core/duration.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Signer } from '../../core/signer.ts'
import type { Instant } from '../../core/time.ts'
import { EvmContract } from '../contract/contract.ts'
import type { SendRawOptions } from '../contract/sending.ts'
import type { SentTransaction } from '../contract/sent-transaction.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { accountOf } from '../evm/transaction.ts'
import { tokenAbi, usnAbi } from './abi.ts'
import { usnIdOf } from './device-id.ts'
import { type UsnProperties, usnProperties } from './properties.ts'
import type { UsnRental } from './rental.ts'

type Waiting = { readonly signal?: AbortSignal }

/** The coin of the chain, where a token is asked for. */
export const usnCoin = `0x${'0'.repeat(40)}`

/** Addresses up to this one stand for what is not on the chain (ETC, BTC, EUR and so on), and can't be paid with here. */
const lastReserved = 0xffffn

/** How a device stands, as its contract says by the time of the newest block. */
export interface UsnState {
  readonly rentable: boolean
  /** Nobody has rented it. */
  readonly free: boolean
  /** The user who was asked for may use it. */
  readonly open: boolean
  /** Undefined while nobody has rented it. */
  readonly rental: UsnRental | undefined
  readonly properties: UsnProperties
}

export interface RentOptions extends Omit<SendRawOptions, 'value'> {
  /** For how long, like `1h`; whole seconds. */
  readonly duration: Duration
  /** What it is paid with: an ERC-20 token, or the coin (default). */
  readonly token?: string
  /** Most that may be paid, in the token's smallest unit; default whatever the price is. */
  readonly most?: bigint
}

/**
 * A renting contract of the Universal Sharing Network. Devices are named by their id, or by their name: `office@slockit`.
 *
 * @example
 * const usn = await UsnContract.at(network, { address: '0x…' })
 * const sent = await usn.rent('bike#3@berlin', { duration: '1h', signer })
 * await sent.wait()
 */
export class UsnContract {
  readonly contract: EvmContract<typeof usnAbi>

  private constructor(contract: EvmContract<typeof usnAbi>) {
    this.contract = contract
  }

  /** The chain is not asked. @throws EnergywebError `argument-invalid` for an address that is none */
  static at(network: EvmNetwork, { address }: { address: string }): UsnContract {
    return new UsnContract(EvmContract.at(network, { address, abi: usnAbi }))
  }

  get address(): string {
    return this.contract.address
  }

  /** How a device stands, for a user. @throws EnergywebError as `EvmContract.call`, of all methods */
  async state(device: string, user: string, options: Waiting = {}): Promise<UsnState> {
    const args = [idOf(device), addressOf(user)] as const
    const state = await this.contract.call('getRentingState', args, options)
    const { controller, rentedFrom, rentedUntil, properties, ...flags } = state
    return {
      ...flags,
      rental: flags.free ? undefined : rentalOf({ controller, rentedFrom, rentedUntil }),
      properties: usnProperties(properties),
    }
  }

  /** All bookings of a device that the contract keeps, those of the past among them, in its order, as of a block. */
  async bookings(
    device: string,
    { block, ...waiting }: { readonly block?: bigint } & Waiting = {},
  ): Promise<readonly UsnRental[]> {
    const id = idOf(device)
    const options = { ...waiting, ...(block !== undefined && { block }) }
    const count = await this.contract.call('getStateCount', [id], options)
    if (count > mostBookings) {
      throw new EnergywebError(
        'abi-invalid',
        `the contract says that it has ${count} bookings of ${device}`,
        {
          hint: 'Is it a renting contract?',
        },
      )
    }
    const rentals: UsnRental[] = []
    for (let at = 0n; at < count; at += atOnce) {
      const length = Number(count - at < atOnce ? count - at : atOnce)
      const asked = Array.from({ length }, (_, i) => at + BigInt(i))
      const states = asked.map(place => this.contract.call('getState', [id, place], options))
      rentals.push(...(await Promise.all(states)).map(rentalOf))
    }
    return rentals
  }

  /** What a rental costs, in the token's smallest unit (of the coin: wei). */
  async price(
    device: string,
    { user, duration, token = usnCoin }: { user: string; duration: Duration; token?: string },
    options: Waiting = {},
  ): Promise<bigint> {
    const args = [idOf(device), addressOf(user), secondsOf(duration), addressOf(token)] as const
    return this.contract.call('price', args, options)
  }

  /** What a device may be paid with, lower case; {@link usnCoin} is the coin. */
  async supportedTokens(device: string, options: Waiting = {}): Promise<readonly string[]> {
    const tokens = await this.contract.call('supportedTokens', [idOf(device)], options)
    return tokens.map(token => token.toLowerCase())
  }

  /**
   * Rents a device from now on, or extends one's own rental of it where that is allowed. The price goes along; a token must
   * have been approved before ({@link approve}).
   * @throws EnergywebError `transaction-reverted` with the contract's reason: nothing is sent then; `transaction-refused` when it
   * costs more than `most`, or the token can't pay; as `EvmContract.sendRaw`
   */
  async rent(device: string, options: RentOptions): Promise<SentTransaction<typeof usnAbi>> {
    const { duration, token: paidWith = usnCoin, most, ...sending } = options
    const [token, user] = [addressOf(paidWith), accountOf(options.signer)]
    const isCoin = token === usnCoin
    if (!isCoin && BigInt(token) <= lastReserved) {
      throw refused(`${token} stands for what is not on this chain`, 'Pay with the coin or an ERC-20 token.')
    }
    const price = await this.price(device, { user, duration, token }, waitingOf(options))
    if (most !== undefined && price > most) {
      throw refused(
        `the rental costs ${price}, and at most ${most} may be paid`,
        'Allow more, or rent for less time.',
      )
    }
    if (!isCoin) await this.#requireApproved(token, { user, price, ...waitingOf(options) })
    const args = [idOf(device), secondsOf(duration), token] as const
    return this.contract.sendRaw('rent', args, { ...sending, value: isCoin ? price : 0n })
  }

  /** Lets the contract take so much of a token of the signer's. */
  async approve(
    token: string,
    { amount, ...sending }: Omit<SendRawOptions, 'value'> & { readonly amount: bigint },
  ): Promise<SentTransaction<typeof tokenAbi>> {
    const contract = EvmContract.at(this.contract.network, { address: token, abi: tokenAbi })
    return contract.sendRaw('approve', [hex(this.address), amount], sending)
  }

  /** Ends a rental of the signer's before its time. @throws EnergywebError as `EvmContract.sendRaw` */
  async returnObject(
    device: string,
    sending: Omit<SendRawOptions, 'value'> & { readonly signer: Signer },
  ): Promise<SentTransaction<typeof usnAbi>> {
    return this.contract.sendRaw('returnObject', [idOf(device)], sending)
  }

  async #requireApproved(
    token: string,
    { user, price, ...waiting }: { user: string; price: bigint } & Waiting,
  ): Promise<void> {
    const contract = EvmContract.at(this.contract.network, { address: token, abi: tokenAbi })
    const approved = await contract.call('allowance', [hex(user), hex(this.address)], waiting)
    if (approved >= price) return
    throw refused(
      `the contract may take ${approved} of the token ${token}, and the rental costs ${price}`,
      'Call `approve` first, and wait until that is mined.',
    )
  }
}

/** Views that are asked for together. */
const atOnce = 100n
/** One an hour for a century: a contract that says more would be asked for ever. */
const mostBookings = 1_000_000n

/** A booking as the contract has it. */
export function rentalOf(state: { controller: string; rentedFrom: bigint; rentedUntil: bigint }): UsnRental {
  const { controller, rentedFrom, rentedUntil } = state
  return { controller: controller.toLowerCase(), from: instantOf(rentedFrom), until: instantOf(rentedUntil) }
}

/** A contract may say any number of seconds: beyond the last day that a clock knows it is for ever. */
function instantOf(seconds: bigint): Instant {
  return seconds > 8_640_000_000_000n ? 8_640_000_000_000_000 : Number(seconds) * 1_000
}

function secondsOf(duration: Duration): number {
  const milliseconds = parseDuration(duration)
  const seconds = milliseconds / 1_000
  if (Number.isSafeInteger(seconds) && seconds > 0 && seconds < 2 ** 32) return seconds
  throw new EnergywebError('argument-invalid', `${duration} is no time to rent for`, {
    hint: 'Give whole seconds, at least one, like 90s, 1h or 2d.',
  })
}

function idOf(device: string): Hex {
  return hex(usnIdOf(device))
}

function addressOf(text: string): Hex {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return hex(text.toLowerCase())
  throw new EnergywebError('argument-invalid', `"${text.slice(0, 80)}" is no address`)
}

function hex(text: string): Hex {
  return `0x${text.replace(/^0x/, '')}`
}

function waitingOf({ signal }: Waiting): Waiting {
  return signal === undefined ? {} : { signal }
}

function refused(message: string, hint: string): EnergywebError {
  return new EnergywebError('transaction-refused', message, { hint })
}
