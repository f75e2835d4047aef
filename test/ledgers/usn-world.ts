import type { Abi, Hex } from 'viem'
import { parsePrivateKey, secp256k1Signer } from '../../src/keys/index.ts'
import { EvmNetwork, freeOfCharge } from '../../src/ledgers/index.ts'
import {
  UsnDevice,
  type UsnDeviceOptions,
  type UsnProperties,
  usnCoin,
  usnDeviceId,
  usnPropertyBits,
} from '../../src/ledgers/usn/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { VirtualClock } from '../../src/testing/virtual-clock.ts'
import renting from '../contracts/generated/RentingDouble.json' with { type: 'json' }
import token from '../contracts/generated/TokenDouble.json' with { type: 'json' }
import { DeployedContract } from '../support/deployed-contract.ts'

export const bike = 'bike#3@berlin'
export const id = usnDeviceId(bike)
/** Wei a second. */
export const rate = 7n

const artifact = (json: { abi: unknown; bytecode: string }) => ({
  abi: json.abi as Abi,
  bytecode: json.bytecode as Hex,
})

/** A chain with a renting contract of ours, a device in it, and a clock that stands still at its newest block. */
export class UsnWorld {
  readonly anvil: Anvil
  readonly network: EvmNetwork
  readonly double: DeployedContract
  readonly token: DeployedContract
  readonly clock: VirtualClock

  private constructor(parts: Pick<UsnWorld, 'anvil' | 'network' | 'double' | 'token' | 'clock'>) {
    this.anvil = parts.anvil
    this.network = parts.network
    this.double = parts.double
    this.token = parts.token
    this.clock = parts.clock
  }

  static async open(
    properties: Partial<UsnProperties> = { rentable: true, refund: true, extend: true, bookingOnChain: true },
    { hardfork = 'london' } = {},
  ): Promise<UsnWorld> {
    const anvil = await startAnvil({ noMining: true, hardfork, gasPrice: 0n, baseFee: 0n })
    const double = await DeployedContract.deploy(anvil, artifact(renting))
    const money = await DeployedContract.deploy(anvil, artifact(token), [1_000_000n])
    const prices = [
      [usnCoin, money.address],
      [rate, 2n * rate],
    ]
    await double.send('addDevice', [id, usnPropertyBits(properties), ...prices], {
      from: anvil.accounts[9]?.address ?? '',
    })
    const network = await EvmNetwork.open({
      chainId: 31337n,
      rpc: [anvil.url],
      fees: freeOfCharge,
      confirmations: 1,
      headAge: Number.MAX_SAFE_INTEGER,
    })
    // What waits for the chain needs more than a turn of the event loop.
    const settle = () => new Promise<void>(resolve => setTimeout(resolve, 60))
    const world = new UsnWorld({
      anvil,
      network,
      double,
      token: money,
      clock: new VirtualClock({ start: 0, settle }),
    })
    await world.clock.advance((await world.time()) * 1_000)
    return world
  }

  /** The newest block's time, seconds. */
  async time(): Promise<number> {
    const block = (await this.anvil.rpc('eth_getBlockByNumber', ['latest', false])) as { timestamp: string }
    return Number(block.timestamp)
  }

  account(number: number): string {
    return (this.anvil.accounts[number]?.address ?? '').toLowerCase()
  }

  signer(number: number) {
    return secp256k1Signer(parsePrivateKey(this.anvil.accounts[number]?.privateKey ?? ''))
  }

  /** Rents for a user from now on. */
  async rent(user: number, seconds: number): Promise<void> {
    await this.#at()
    const value = rate * BigInt(seconds)
    await this.double.send('rent', [id, seconds, usnCoin], { from: this.account(user), value })
  }

  /** Books for a user so many seconds after now. */
  async book(user: number, after: number, seconds: number): Promise<void> {
    await this.#at()
    const value = rate * BigInt(seconds)
    const from = Math.floor(this.clock.now() / 1_000) + after
    await this.double.send('book', [id, BigInt(from), seconds, usnCoin], { from: this.account(user), value })
  }

  async giveBack(user: number): Promise<void> {
    await this.#at()
    await this.double.send('returnObject', [id], { from: this.account(user) })
  }

  device(options: Partial<UsnDeviceOptions> = {}): Promise<UsnDevice> {
    const { network, clock } = this
    return UsnDevice.open({
      network,
      address: this.double.address,
      device: bike,
      clock,
      poll: '5s',
      ...options,
    })
  }

  /** The next block has the clock's time. */
  async #at(): Promise<void> {
    const now = Math.floor(this.clock.now() / 1_000)
    const next = Math.max(now, (await this.time()) + 1)
    await this.anvil.rpc('evm_setNextBlockTimestamp', [next])
    if (next > now) await this.clock.advance((next - now) * 1_000)
  }
}
