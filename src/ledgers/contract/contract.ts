import type { Abi } from 'viem'
import { EnergywebError } from '../../core/errors.ts'
import { addressTrouble } from '../../proof/address-text.ts'
import type { DurableCall, DurableOptions } from '../calls/make-durably.ts'
import { hexOf } from '../evm/answers.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { quantity } from '../evm/rpc-calls.ts'
import { accountOf } from '../evm/transaction.ts'
import { decodeCall, decodeOutputs, encodeCall, readAbi } from './abi.ts'
import type {
  AbiOf,
  AbiSource,
  ArgsThenOptional,
  ArgsThenOptions,
  DeedArgs,
  DeedName,
  EventName,
  EventOf,
  Outputs,
  ViewArgs,
  ViewName,
} from './contract-types.ts'
import { type EventFilterOptions, followEvents } from './event-filter.ts'
import { refusalOf } from './evm-error.ts'
import { gasLimit } from './gas-limit.ts'
import { sendHeld } from './send-held.ts'
import { sendSigned } from './send-signed.ts'
import type { Deed, DeedOptions, SendOptions, SendRawOptions } from './sending.ts'
import { type SentTransaction, sentTransaction } from './sent-transaction.ts'

export interface CallOptions {
  /** As of the end of this block; default the newest. Nodes keep the past for a while only, unless they are archives. */
  readonly block?: bigint
  /** Who asks, for a view that looks at it. */
  readonly from?: string
  readonly signal?: AbortSignal
}

export type EstimateOptions = DeedOptions & ({ readonly from: string } | Pick<SendRawOptions, 'signer'>)

/**
 * One contract of a chain. What may be called, with which arguments, and what comes back is known to the compiler from the
 * ABI, as long as that is written where it is used, or `as const`.
 *
 * @example
 * const usn = await network.contract({
 *   address: '0x…',
 *   abi: ['function rent(bytes32 id, uint32 seconds_, address token) payable'],
 * })
 * const sent = await usn.sendRaw('rent', [id, 3600, token], { signer, value: price })
 * const { events } = await sent.wait()
 */
export class EvmContract<abi extends Abi = Abi> {
  readonly network: EvmNetwork
  /** 0x and 40 hex digits, lower case. */
  readonly address: string
  readonly abi: abi

  private constructor(network: EvmNetwork, address: string, abi: abi) {
    this.network = network
    this.address = address
    this.abi = abi
  }

  /** @throws EnergywebError `abi-invalid`, `argument-invalid` for an address that is none */
  static at<const source extends AbiSource>(
    network: EvmNetwork,
    { address, abi }: { address: string; abi: source },
  ): EvmContract<AbiOf<source>> {
    const trouble = addressTrouble(address)
    if (trouble !== undefined) {
      throw new EnergywebError('argument-invalid', `"${address.slice(0, 80)}" is no address: ${trouble}`)
    }
    return EvmContract.of(network, address.toLowerCase(), readAbi(abi))
  }

  /** One whose ABI was read already. */
  static of<abi extends Abi>(network: EvmNetwork, address: string, abi: abi): EvmContract<abi> {
    return new EvmContract(network, address, abi)
  }

  /**
   * What a view answers: one value as it is, several as an object by their names.
   * @throws EnergywebError `transaction-reverted` with the contract's reason; `abi-invalid` for arguments or an answer that do
   * not fit, and where no contract is; `network-unreachable`, `network-not-synced`, `network-refused`, all retryable
   */
  async call<const name extends ViewName<abi>>(
    name: name,
    ...[args, options = {}]: ArgsThenOptional<ViewArgs<abi, name>, CallOptions>
  ): Promise<Outputs<abi, name>> {
    const { block, from, signal } = options
    const list = listOf(args)
    const data = encodeCall(this.abi, name, list)
    const call = { to: this.address, data, ...(from !== undefined && { from }) }
    const at = block === undefined ? 'latest' : quantity(block)
    const [answer] = await this.network.answers(
      [{ method: 'eth_call', params: [call, at] }],
      signal === undefined ? {} : { signal },
    )
    if (answer?.error !== undefined) {
      throw refusalOf(answer.error, { what: `${name} of ${this.address}`, abi: this.abi })
    }
    const result = decodeOutputs(this.abi, name, { args: list, data: hexOf(answer?.result, 'view') })
    // The ABI that decoded it is the one that the type follows from.
    return result as Outputs<abi, name>
  }

  /**
   * Has the node send it, by an account that it holds. Prefer `sendRaw`: a node that holds keys is a node that can lose them.
   * It is asked once; without an answer nobody knows whether it was sent.
   * @throws EnergywebError as `sendRaw`
   */
  async send<const name extends DeedName<abi>>(
    name: name,
    ...[args, options]: ArgsThenOptions<DeedArgs<abi, name>, SendOptions>
  ): Promise<SentTransaction<abi>> {
    const deed = this.#deed(name, args, options)
    const hash = await sendHeld(this.network, deed, options)
    return sentTransaction(this.network, { deed, abi: this.abi, hash })
  }

  /**
   * Signs here and sends. Resolves once a node has it; `wait` of what comes back waits for the block. With a `log` it resolves
   * once the call is on disk, and it is made exactly once whatever happens, as long as some process goes on with that log.
   * @throws EnergywebError `transaction-reverted` with the contract's reason when it would refuse: nothing is sent then;
   * `funds-insufficient`, `nonce-conflict`, `transaction-refused`, `network-refused`; `ledger-not-ready` when the fee is above the
   * network's cap; `abi-invalid`; `key-unavailable`; `network-unreachable`, `network-not-synced`, `network-wrong-chain`. With a
   * `log`: `transaction-reverted`, `abi-invalid`, `argument-invalid` for a key that stands for another call, `log-io`, `log-closed`
   */
  async sendRaw<const name extends DeedName<abi>, options extends SendRawOptions | DurableOptions>(
    name: name,
    ...[args, options]: ArgsThenOptions<DeedArgs<abi, name>, options>
  ): Promise<options extends DurableOptions ? DurableCall<abi> : SentTransaction<abi>>
  async sendRaw(
    name: string,
    ...[args, options]: ArgsThenOptions<unknown, SendRawOptions | DurableOptions>
  ): Promise<DurableCall<abi> | SentTransaction<abi>> {
    const { network, abi, address: to } = this
    const deed = this.#deed(name, args, options)
    if (options.log !== undefined) {
      const { makeDurably } = await import('../calls/make-durably.ts')
      return makeDurably(network, { deed, to, abi }, options)
    }
    const signed = await sendSigned(network, deed, options)
    return sentTransaction(network, { deed, abi, hash: signed.variant.hash, signed })
  }

  /**
   * The gas limit that it would be sent with.
   * @throws EnergywebError `transaction-reverted` with the contract's reason; as `sendRaw`
   */
  async estimate<const name extends DeedName<abi>>(
    name: name,
    ...[args, options]: ArgsThenOptions<DeedArgs<abi, name>, EstimateOptions>
  ): Promise<bigint> {
    const from = 'from' in options ? options.from : accountOf(options.signer)
    return gasLimit(this.network, this.#deed(name, args, options), { ...options, from })
  }

  /** Events of one kind, in their order, as long as one asks for more: nothing expires. The first look is at the first `next`. */
  createEventFilter<const name extends EventName<abi>>(
    options: EventFilterOptions<abi, name>,
  ): AsyncGenerator<EventOf<abi, name>, void, void> {
    return followEvents(this.network, this, options)
  }

  /** The data of a call, hex with 0x. @throws EnergywebError `abi-invalid` */
  encode<const name extends ViewName<abi> | DeedName<abi>>(
    name: name,
    ...[args]: ArgsThenOptional<
      DeedArgs<abi, name & DeedName<abi>> | ViewArgs<abi, name & ViewName<abi>>,
      never
    >
  ): string {
    return encodeCall(this.abi, name, listOf(args))
  }

  /** Which function data call, and with what. @throws EnergywebError `abi-invalid` */
  decode(data: string): { readonly functionName: string; readonly args: readonly unknown[] } {
    return decodeCall(this.abi, data)
  }

  #deed(name: string, args: unknown, { value = 0n }: DeedOptions): Deed {
    const data = encodeCall(this.abi, name, listOf(args))
    return { to: this.address, data, value, what: `${name} of ${this.address}`, abi: this.abi }
  }
}

/** Arguments as viem wants them. */
function listOf(args: unknown): readonly unknown[] {
  return Array.isArray(args) ? args : []
}
