import { decodeErrorResult, encodeFunctionData, type Hex } from 'viem'
import { isEnergywebError } from '../../src/core/errors.ts'
import type { Anvil } from '../../src/testing/anvil.ts'
import type { DeployedContract, Done } from '../support/deployed-contract.ts'
import type { ReleaseB } from '../support/release-b.ts'

export type KindB = 'producing' | 'consuming'

/** One of release B's registries on a chain, in the words of the conformance cases. */
export class WorldB {
  readonly anvil: Anvil
  readonly releaseB: ReleaseB
  readonly kind: KindB
  static #people = 0

  constructor(anvil: Anvil, releaseB: ReleaseB, kind: KindB) {
    this.anvil = anvil
    this.releaseB = releaseB
    this.kind = kind
  }

  get registry(): DeployedContract {
    return this.releaseB[this.kind]
  }

  /** A new account with coins that may send. */
  async somebody(): Promise<Hex> {
    WorldB.#people += 1
    const address: Hex = `0x${WorldB.#people.toString(16).padStart(40, 'b')}`
    await this.anvil.rpc('anvil_setBalance', [address, '0x56bc75e2d63100000'])
    await this.anvil.rpc('anvil_impersonateAccount', [address])
    return address
  }

  /** A new asset, its meter and its owner. */
  async asset(matcher: readonly string[] = []): Promise<{ id: bigint; meter: Hex; owner: Hex }> {
    const [meter, owner] = [await this.somebody(), await this.somebody()]
    const asset = { meter, owner, matcher }
    const { releaseB } = this
    const id = await (this.kind === 'producing'
      ? releaseB.createProducer(asset)
      : releaseB.createConsumer(asset))
    return { id, meter, owner }
  }

  /** A producer whose readings mint. */
  async mintingAsset(matcher: readonly string[] = []): Promise<{ id: bigint; meter: Hex; owner: Hex }> {
    const asset = await this.asset(matcher)
    await this.releaseB.mintCertificates(asset.id, asset.owner)
    return asset
  }

  createArguments(meter: string, owner: string, matcher: readonly string[] = [], active = true) {
    const more = this.kind === 'producing' ? [2n] : []
    return [meter, owner, active, matcher, 'document', 'url', ...more]
  }

  /** Sends a reading and says what its event says, or how it was refused. */
  async read(from: string, id: bigint, value: bigint, hash = 'hash'): Promise<string> {
    try {
      const done = await this.registry.send('saveSmartMeterRead', [id, value, hash], { from })
      const [event] = this.registry.events('LogNewMeterRead', done)
      return event === undefined ? 'accepted' : `${event._oldMeterRead} -> ${event._newMeterRead}`
    } catch (error) {
      return refusalOf(error)
    }
  }

  async last(id: bigint): Promise<string> {
    return String(await this.registry.read('getLastMeterReadingAndHash', id))
  }

  /** `accepted`, or how it was refused. */
  async told(sent: Promise<unknown>): Promise<string> {
    return sent.then(() => 'accepted', refusalOf)
  }

  /** `answered`, or how the view failed. */
  async view(functionName: string, ...args: readonly unknown[]): Promise<string> {
    return this.registry.read(functionName, ...args).then(() => 'answered', refusalOf)
  }

  /** Gas that a call takes which is given `limit` and refused. */
  async burnt(from: string, args: readonly unknown[], limit: bigint): Promise<bigint> {
    const data = encodeFunctionData({ abi: this.registry.abi, functionName: 'saveSmartMeterRead', args })
    const gas = `0x${limit.toString(16)}`
    const call = { from, to: this.registry.address, data, gas, gasPrice: '0x4a817c800' }
    const hash = await this.anvil.rpc('eth_sendTransaction', [call])
    await this.anvil.mine()
    const receipt = await this.anvil.rpc('eth_getTransactionReceipt', [hash])
    return BigInt((receipt as { gasUsed: string }).gasUsed)
  }

  /** Names of a transaction's events, with where they come from. */
  names({ logs }: Done): string[] {
    const contracts = { registry: this.registry, certificates: this.releaseB.certificates }
    return logs.map(log => {
      const found = Object.entries(contracts).flatMap(([name, contract]) =>
        contract.address.toLowerCase() === log.address.toLowerCase() ? [{ name, contract }] : [],
      )[0]
      const events = ['Transfer', 'LogCreatedCertificate', 'LogCertificateRetired', 'LogCertificateSplit']
      const known = ['LogNewMeterRead', ...events].find(
        event =>
          hasEvent(found?.contract, event) &&
          (found?.contract.events(event, { logs: [log] }).length ?? 0) > 0,
      )
      return `${found?.name}.${known}`
    })
  }
}

function hasEvent(contract: DeployedContract | undefined, name: string): boolean {
  return contract?.abi.some(item => item.type === 'event' && item.name === name) ?? false
}

/** How a call was refused: `reverted`, with the reason if there is one. */
export function refusalOf(error: unknown): string {
  if (!isEnergywebError(error, 'transaction-refused')) throw error
  const { message, data } = error.cause as { message: string; data?: Hex }
  if (/invalid ?(fe)?opcode/i.test(message)) return 'invalid opcode'
  if (data === undefined) throw error
  if (data === '0x') return 'reverted'
  return `reverted: ${decodeErrorResult({ abi: [], data }).args?.[0]}`
}
