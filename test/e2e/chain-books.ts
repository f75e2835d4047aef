import type { Hex } from 'viem'
import type { DeployedContract, Done } from '../support/deployed-contract.ts'
import type { Stage } from './stage.ts'

/** What the chain itself says of an asset in one of the contracts: not our cursors, not our receipts. */
export interface ChainBook {
  /** Registrations that were announced by events. */
  readonly transactions: number
  /** Wh that the contract holds. */
  readonly wattHours: bigint
  /** Certificates, and the Wh of all of them. */
  readonly certificates: number
  readonly certified: bigint
}

type Log = Done['logs'][number]

/** The newest checkpoint that the chain holds, and how many it has. */
export interface AnchorBook {
  readonly transactions: number
  readonly size: number
  readonly root: Hex
}

export async function readBookA(
  { anvil, releaseA }: Stage,
  role: 'producing' | 'consuming',
): Promise<ChainBook> {
  const registry = releaseA[role]
  const general = await registry.read('getAssetGeneral', 0n)
  const place = role === 'producing' ? 3 : 5
  return {
    transactions: (await eventsOf(anvil, registry, 'LogNewMeterRead')).length,
    wattHours: BigInt(String(Array.isArray(general) ? general[place] : -1)),
    certificates: 0,
    certified: 0n,
  }
}

export async function readBookB(
  { anvil, releaseB }: Stage,
  role: 'producing' | 'consuming',
): Promise<ChainBook> {
  const registry = releaseB[role]
  const last = await registry.read('getLastMeterReadingAndHash', 0n)
  const minted =
    role === 'producing' ? await eventsOf(anvil, releaseB.certificates, 'LogCreatedCertificate') : []
  return {
    transactions: (await eventsOf(anvil, registry, 'LogNewMeterRead')).length,
    wattHours: BigInt(String(Array.isArray(last) ? last[0] : -1)),
    certificates: minted.length,
    certified: sum(minted.map(({ powerInW, energy }) => BigInt(String(powerInW ?? energy)))),
  }
}

/** Of an Issuer the energy is that of the tokens that came out of nothing (ERC-1155). */
export async function readBookOfIssuer({ anvil, issuer }: Stage): Promise<ChainBook> {
  const requested = await eventsOf(anvil, issuer.issuer, 'CertificationRequested')
  const single = await eventsOf(anvil, issuer.registry, 'TransferSingle')
  const batch = await eventsOf(anvil, issuer.registry, 'TransferBatch')
  const minted = [
    ...single
      .filter(isMint)
      .map(({ id, value }) => ({ id: BigInt(String(id)), value: BigInt(String(value)) })),
    ...batch
      .filter(isMint)
      .flatMap(({ ids, values }) => list(ids).map((id, index) => ({ id, value: list(values)[index] ?? 0n }))),
  ]
  const certified = sum(minted.map(({ value }) => value))
  return { transactions: requested.length, wattHours: certified, certificates: minted.length, certified }
}

export async function readAnchorBook({ anvil, anchor }: Stage): Promise<AnchorBook> {
  const events = await eventsOf(anvil, anchor, 'Anchored')
  const newest = events.at(-1)
  return {
    transactions: events.length,
    size: Number(newest?.size ?? 0),
    root: `0x${String(newest?.root ?? '').slice(2)}`,
  }
}

function isMint({ from }: Record<string, unknown>): boolean {
  return /^0x0{40}$/.test(String(from))
}

function list(values: unknown): bigint[] {
  return Array.isArray(values) ? values.map(value => BigInt(String(value))) : []
}

function sum(numbers: readonly bigint[]): bigint {
  return numbers.reduce((total, one) => total + one, 0n)
}

async function eventsOf(
  anvil: Stage['anvil'],
  contract: DeployedContract,
  name: string,
): Promise<Record<string, unknown>[]> {
  const filter = { address: contract.address, fromBlock: '0x0', toBlock: 'latest' }
  const logs = (await anvil.rpc('eth_getLogs', [filter])) as Log[]
  return contract.events(name, { logs })
}
