import { type Abi, type Address, encodeFunctionData, type Hex, pad, stringToHex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { type Bench, eventIn, type Flavour, type Kind, type Outcome, people } from './bench.ts'
import { consumingAbi, producingAbi } from './origin-a-abi.ts'

export interface Reading {
  readonly hash?: Hex
  readonly down?: boolean
  readonly co2?: bigint
  readonly co2Down?: boolean
  /** Default the meter. */
  readonly from?: PrivateKeyAccount
}

export const anyHash: Hex = `0x${'5a'.repeat(32)}`
const text = (value: string) => stringToHex(value, { size: 32 })

/** One registry seen through release A's interface, in the words of the conformance cases. */
export class AssetBench {
  readonly bench: Bench
  readonly kind: Kind
  readonly flavour: Flavour
  readonly address: Address
  readonly abi: Abi

  constructor(bench: Bench, kind: Kind, flavour: Flavour, address: Address) {
    this.bench = bench
    this.kind = kind
    this.flavour = flavour
    this.address = address
    this.abi = kind === 'producing' ? producingAbi : consumingAbi
  }

  who(name: keyof typeof people): PrivateKeyAccount {
    return this.bench.account(people[name])
  }

  send(functionName: string, args: readonly unknown[], from = this.who('administrator')): Promise<Outcome> {
    return this.bench.send(from, this.address, this.encode(functionName, args))
  }

  encode(functionName: string, args: readonly unknown[]): Hex {
    return encodeFunctionData({ abi: this.abi, functionName, args })
  }

  encodeText(value: string): Hex {
    return text(value)
  }

  call(functionName: string, args: readonly unknown[] = []): Promise<unknown> {
    return this.bench.call(this.abi, this.address, functionName, args)
  }

  /** How a view fails, or 'answered'. */
  async view(functionName: string, args: readonly unknown[]): Promise<string> {
    const { address } = this.who('stranger')
    return (await this.bench.failure(address, this.address, this.encode(functionName, args))) ?? 'answered'
  }

  event(outcome: Outcome, name: string): Record<string, unknown> | undefined {
    return eventIn(outcome, this.abi, name)
  }

  async createAsset(): Promise<bigint> {
    const created = this.event(await this.send('createAsset', []), 'LogAssetCreated')
    return created?.assetId as bigint
  }

  initGeneral(id: bigint, active = true, owner = this.who('owner')): Promise<Outcome> {
    const consumerOnly = this.kind === 'consuming' ? [5_000n, true] : []
    return this.send('initGeneral', [
      id,
      this.who('meter').address,
      owner.address,
      1_500_000_000n,
      ...consumerOnly,
      active,
    ])
  }

  initLocation(id: bigint): Promise<Outcome> {
    const place = ['DE', 'Hamburg', '20095', 'Hamburg', 'Am Kai', '7', '53.55', '9.99']
    return this.send('initLocation', [id, ...place.map(text)])
  }

  initProperties(id: bigint, type = 1, compliance = 2): Promise<Outcome> {
    return this.send('initProducingProperties', [id, type, 10_000n, compliance, text('none'), text('EEG')])
  }

  /** A new asset that takes readings. */
  async readyAsset(): Promise<bigint> {
    const id = await this.createAsset()
    await this.initGeneral(id)
    return id
  }

  sendReading(id: bigint, value: bigint, reading: Reading = {}): Promise<Outcome> {
    const { hash = anyHash, down = false, co2 = 0n, co2Down = false } = reading
    const args = this.kind === 'producing' ? [id, value, down, hash, co2, co2Down] : [id, value, hash, down]
    return this.send('saveSmartMeterRead', args, reading.from ?? this.who('meter'))
  }

  /** Sends a reading and says what its event says, or how it was refused. */
  async read(id: bigint, value: bigint, reading: Reading = {}): Promise<string> {
    const outcome = await this.sendReading(id, value, reading)
    const event = this.event(outcome, 'LogNewMeterRead')
    if (event === undefined) return outcome.text
    return `${event.oldMeterRead} -> ${event.newMeterRead}${event.smartMeterDown ? ' down' : ''}`
  }

  async general(id: bigint): Promise<Record<string, unknown>> {
    const answer = (await this.call('getAssetGeneral', [id])) as readonly unknown[]
    const entry = this.abi.find(item => item.type === 'function' && item.name === 'getAssetGeneral')
    const outputs = entry?.type === 'function' ? entry.outputs : []
    return Object.fromEntries(outputs.map((output, index) => [output.name, answer[index]]))
  }

  async register(id: bigint): Promise<string> {
    return `register ${(await this.general(id)).lastSmartMeterReadWh}`
  }
}

/** The first link of the old chain of hashes: the text `0x0`, not zero. */
export const firstLink: Hex = pad('0x307830', { dir: 'right', size: 32 })
