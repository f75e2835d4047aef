import type { Hex } from 'viem'
import { anchorAbi, anchorBytecode } from '../../src/ledgers/anchor/generated/checkpoint-anchor.ts'
import type { Anvil } from '../../src/testing/anvil.ts'
import { DeployedContract } from '../support/deployed-contract.ts'
import { type DeployedIssuer, deployIssuer } from '../support/issuer.ts'
import { deployReleaseA, type ReleaseA, rolesA } from '../support/release-a.ts'
import { deployReleaseB, type ReleaseB } from '../support/release-b.ts'

/** Name of the log, and the secret of the key that signs it. */
export const logOrigin = 'day.invalid/ledgers'
export const logSecret = '0e'.repeat(32)

/** Which of the node's accounts does what. The desk owns the Issuer, and administers the registries. */
export const accounts = {
  desk: 0,
  owner: 1,
  roofA: 2,
  roofB: 3,
  roofCertificates: 4,
  houseA: 5,
  houseB: 6,
  anchor: 7,
} as const

export type Actor = keyof typeof accounts

/** All contracts that the gateway reports to, with a producer and a consumer registered in each, as number 0. */
export interface Stage {
  readonly anvil: Anvil
  readonly releaseA: ReleaseA
  readonly releaseB: ReleaseB
  readonly issuer: DeployedIssuer
  readonly anchor: DeployedContract
  address(actor: Actor): Hex
}

/** Deploys release B, its user registry and the Issuer as npm carries them, our double of release A, and our anchor. */
export async function setUpStage(anvil: Anvil): Promise<Stage> {
  const address = (actor: Actor): Hex => anvil.accounts[accounts[actor]]?.address ?? '0x'
  const releaseA = await deployReleaseA(anvil)
  await registerInA(releaseA, address)
  const releaseB = await deployReleaseB(anvil)
  const owner = address('owner')
  const roof = await releaseB.createProducer({ meter: address('roofB'), owner })
  await releaseB.mintCertificates(roof, owner)
  await releaseB.createConsumer({ meter: address('houseB'), owner })
  const issuer = await deployIssuer(anvil)
  const anchor = await DeployedContract.deploy(anvil, { abi: anchorAbi, bytecode: anchorBytecode })
  // So deep no reorganisation goes: it must not take the contracts away.
  await anvil.mine(64)
  return { anvil, releaseA, releaseB, issuer, anchor, address }
}

async function registerInA(
  { producing, consuming, setUser }: ReleaseA,
  address: (actor: Actor) => Hex,
): Promise<void> {
  const owner = address('owner')
  const since = 1_700_000_000n
  await setUser(owner, rolesA.assetManager | rolesA.trader)
  await producing.send('createAsset')
  await producing.send('initGeneral', [0n, address('roofA'), owner, since, true])
  await consuming.send('createAsset')
  await consuming.send('initGeneral', [0n, address('houseA'), owner, since, 1_000_000n, true, true])
}

/** The configuration that the gateway runs on and that each command reads. Keys come from the environment. */
export function configText(
  stage: Stage,
  {
    rpc,
    eumel,
    energyApi,
    confirmations,
  }: { rpc: string; eumel: string; energyApi: string; confirmations: number },
): string {
  const { releaseA, releaseB, issuer, anchor } = stage
  const tls = '{ allow: lan-http, reason: meters on loopback }'
  const keys = Object.keys(accounts).map(name => `  ${name}: { env: ${variableOf(name)} }`)
  return `energyweb: 1
data: ./data
log: { key: log, origin: ${logOrigin}, checkpoint: 15m }
keys:
  log: { env: KEY_LOG }
${keys.join('\n')}
networks:
  local: { preset: local, rpc: ['${rpc}'], confirmations: ${confirmations} }
ledgers:
  a:
    kind: origin-a
    network: local
    producing: '${releaseA.producing.address}'
    consuming: '${releaseA.consuming.address}'
    every: 5m
  b: { kind: origin-b, network: local, assetLookup: '${releaseB.assetLookup.address}', every: 5m }
  certificates:
    kind: issuer
    network: local
    issuer: '${issuer.issuer.address}'
    registry: '${issuer.registry.address}'
    period: hour
    grace: 20m
    every: 5m
  anchor: { kind: anchor, network: local, contract: '${anchor.address}', key: anchor, every: 1h }
assets:
  - name: roof
    role: producer
    capacity: 10 kW
    every: 15m
    deadline: 14m
    source: { kind: eumel-v2, url: '${eumel}', tls: ${tls} }
    channel: export
    report:
      - { ledger: a, assetId: 0, key: roofA }
      - { ledger: b, assetId: 0, key: roofB }
      - { ledger: certificates, key: roofCertificates, deviceId: roof-1, owner: '${stage.address('owner')}' }
  - name: house
    role: consumer
    capacity: 5 kW
    every: 15m
    deadline: 14m
    source: { kind: energy-api, version: 3, url: '${energyApi}/v3', asset: 2, tls: ${tls} }
    channel: import
    report:
      - { ledger: a, assetId: 0, key: houseA }
      - { ledger: b, assetId: 0, key: houseB }
`
}

/** The keys by the names of the variables that hold them. They are those of a test node, worth nothing. */
export function environmentOf({ anvil }: Pick<Stage, 'anvil'>): Record<string, string> {
  const keys = Object.entries(accounts).map(([name, index]) => [
    variableOf(name),
    anvil.accounts[index]?.privateKey ?? '',
  ])
  return { KEY_LOG: logSecret, ...Object.fromEntries(keys) }
}

function variableOf(name: string): string {
  return `KEY_${name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`
}
