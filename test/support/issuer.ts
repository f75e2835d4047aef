import type { Hex } from 'viem'
import { DeployedContract, type TestNode } from './deployed-contract.ts'
import { hasContracts, realContract } from './real-contracts.ts'

/** Whether the issuer's contracts are here; says so loudly where they are not. */
export const hasIssuer = () => hasContracts('issuer')

/** The ERC-1888 registry with its issuer. */
export interface DeployedIssuer {
  /** The account that owns the issuer, which approves and issues; the node's first. */
  readonly admin: Hex
  readonly registry: DeployedContract
  readonly issuer: DeployedContract
}

/** The topic of certificates: 1 is I-REC. */
export const certificateTopic = 1n

/** Deploys the real contracts with the node's first account. They need the rules of istanbul or later. */
export async function deployIssuer(node: TestNode): Promise<DeployedIssuer> {
  const [admin = '0x'] = node.accounts.map(({ address }) => address)
  const registry = await DeployedContract.deploy(node, realContract('issuer', 'RegistryExtended'), [''])
  const issuer = await DeployedContract.deploy(node, realContract('issuer', 'Issuer'))
  await issuer.send('initialize', [certificateTopic, registry.address])
  return { admin, registry, issuer }
}
