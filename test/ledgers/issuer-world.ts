import { readFileSync } from 'node:fs'
import type { Abi, Hex } from 'viem'
import { loadAbiCodec } from '../../src/ledgers/defined/abi-codec.ts'
import { chainView } from '../../src/ledgers/defined/chain-view.ts'
import type { ChainView } from '../../src/ledgers/defined/define-ledger.ts'
import type { EvmNetwork, EvmNetworkOptions } from '../../src/ledgers/index.ts'
import type { Desk, DeskTransaction } from '../../src/ledgers/issuer/desk.ts'
import { type IssuerPlace, resolveIssuer } from '../../src/ledgers/issuer/place.ts'
import { encodeRequestData, type RequestData } from '../../src/ledgers/issuer/request-data.ts'
import { encodeRequestMetadata, type RequestMetadata } from '../../src/ledgers/issuer/request-metadata.ts'
import { type Anvil, type AnvilOptions, startAnvil } from '../../src/testing/anvil.ts'
import { DeployedContract, type Done } from '../support/deployed-contract.ts'
import { certificateTopic, deployIssuer, hasIssuer } from '../support/issuer.ts'
import { localNetwork } from './local-chain.ts'
import { PushedClock } from './world.ts'

/** The contracts as npm carries them, and our double of them. */
export type IssuerFlavour = 'real' | 'double'

/** Those that can be tested here; says so loudly when the real ones can't. */
export const issuerFlavours: readonly IssuerFlavour[] = hasIssuer() ? ['real', 'double'] : ['double']

/** Who is who among the node's accounts. */
export const actors = { desk: 0, meter: 1, owner: 2, buyer: 3, stranger: 4 } as const

export const root = 'A'.repeat(43)

/** What an owner claims. */
export const claim = {
  beneficiary: 'Example Ltd',
  location: 'Berlin',
  countryCode: 'DE',
  periodStartDate: '2024-05-01T00:00:00Z',
  periodEndDate: '2024-05-02T00:00:00Z',
  purpose: 'green office',
}

/** A chain that mines when told to, with an Issuer on it. */
export class IssuerWorld {
  readonly anvil: Anvil
  readonly issuer: DeployedContract
  readonly registry: DeployedContract
  readonly clock = new PushedClock()

  private constructor(anvil: Anvil, issuer: DeployedContract, registry: DeployedContract) {
    this.anvil = anvil
    this.issuer = issuer
    this.registry = registry
  }

  static async open(flavour: IssuerFlavour, options: AnvilOptions = {}): Promise<IssuerWorld> {
    const anvil = await startAnvil({ noMining: true, ...options })
    const { issuer, registry } = flavour === 'real' ? await deployIssuer(anvil) : await deployDouble(anvil)
    return new IssuerWorld(anvil, issuer, registry)
  }

  /** An actor's address, lower case. */
  address(actor: keyof typeof actors): Hex {
    return `0x${this.anvil.accounts[actors[actor]]?.address.slice(2).toLowerCase() ?? ''}`
  }

  network(options: Partial<EvmNetworkOptions> = {}): Promise<EvmNetwork> {
    return localNetwork(this.anvil, { realClock: this.clock, ...options })
  }

  /** The chain as it is now. */
  async chain(): Promise<ChainView> {
    const network = await this.network()
    const { number } = await network.ready()
    return chainView(network, await loadAbiCodec(), { at: number })
  }

  place(chain: ChainView): Promise<IssuerPlace> {
    return resolveIssuer(chain, { issuer: this.issuer.address })
  }

  async desk(actor: keyof typeof actors): Promise<Desk> {
    const chain = await this.chain()
    return { chain, place: await this.place(chain), account: this.address(actor) }
  }

  /** Sends what the desk made, and mines it. @throws Error with the node's words when it reverts */
  async send(actor: keyof typeof actors, { to, data }: DeskTransaction): Promise<void> {
    const from = this.address(actor)
    const estimate = await this.anvil.rpc('eth_estimateGas', [{ from, to, data }])
    const gas = `0x${((BigInt(String(estimate)) * 13n) / 10n).toString(16)}`
    // A price of the old kind, which every fork takes.
    const gasPrice = '0xba43b7400'
    const hash = await this.anvil.rpc('eth_sendTransaction', [{ from, to, data, gas, gasPrice }])
    await this.anvil.mine()
    const receipt = await this.anvil.rpc('eth_getTransactionReceipt', [hash])
    if (!JSON.stringify(receipt).includes('"status":"0x1"'))
      throw new Error(`reverted: ${JSON.stringify(receipt)}`)
  }

  /** A request that somebody makes without us. */
  request(actor: keyof typeof actors, bytes: string, owner: Hex = this.address('owner')): Promise<Done> {
    return this.issuer.send('requestCertificationFor', [bytes, owner], { from: this.address(actor) })
  }
}

/** The bytes of a request of ours, with some of it changed. */
export function requestBytes({
  metadata,
  ...data
}: Partial<Omit<RequestData, 'metadata'>> & { metadata?: Partial<RequestMetadata> } = {}): Hex {
  const energy = metadata?.energy ?? 1_234n
  return encodeRequestData({
    generationStart: 1_714_521_600n,
    generationEnd: 1_714_608_000n,
    deviceId: 'roof-1',
    ...data,
    metadata: encodeRequestMetadata({ energy, total: energy, first: 0, last: 96, root, ...metadata }),
  })
}

async function deployDouble(anvil: Anvil): Promise<{ issuer: DeployedContract; registry: DeployedContract }> {
  const registry = await DeployedContract.deploy(anvil, compiled('CertificateRegistryDouble'))
  const issuer = await DeployedContract.deploy(anvil, compiled('IssuerDouble'))
  await issuer.send('initialize', [certificateTopic, registry.address])
  return { issuer, registry }
}

function compiled(name: string): { readonly abi: Abi; readonly bytecode: Hex } {
  const path = new URL(`../contracts/generated/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8'))
}
