import type { Abi, Hex } from 'viem'
import consumingDouble from '../contracts/generated/ConsumingDouble.json' with { type: 'json' }
import originDouble from '../contracts/generated/OriginDouble.json' with { type: 'json' }
import producingDouble from '../contracts/generated/ProducingDouble.json' with { type: 'json' }
import userDouble from '../contracts/generated/UserDouble.json' with { type: 'json' }
import { DeployedContract, type TestNode } from './deployed-contract.ts'

/** Masks of release A's roles. */
export const rolesA = {
  topAdmin: 1n,
  userAdmin: 2n,
  assetAdmin: 4n,
  agreementAdmin: 8n,
  assetManager: 16n,
  trader: 32n,
  matcher: 64n,
} as const

/** A double of Origin release A with its user registry on a chain. */
export interface ReleaseA {
  /** The account that owns the CoO, which passes every check of a role; the node's first. */
  readonly admin: Hex
  readonly coo: DeployedContract
  readonly users: DeployedContract
  readonly producing: DeployedContract
  readonly consuming: DeployedContract
  /** Makes an account a user with these roles. */
  setUser(address: string, roles: bigint): Promise<void>
}

/** Deploys the double with the node's first account. */
export async function deployReleaseA(node: TestNode, { audited = true } = {}): Promise<ReleaseA> {
  const [admin = '0x'] = node.accounts.map(({ address }) => address)
  const deploy = ({ abi, bytecode }: { abi: unknown; bytecode: string }, ...args: readonly unknown[]) =>
    DeployedContract.deploy(node, { abi: abi as Abi, bytecode: bytecode as Hex }, args)
  const coo = await deploy(originDouble, audited)
  const users = await deploy(userDouble, coo.address)
  const producing = await deploy(producingDouble, coo.address)
  const consuming = await deploy(consumingDouble, coo.address)
  await coo.send('init', [producing.address, consuming.address, `0x${'0'.repeat(40)}`])
  await coo.send('useUsers', [users.address])
  const text = `0x${'78'.padEnd(64, '0')}`
  const setUser = async (address: string, roles: bigint) => {
    await users.send('setUser', [address, ...Array(9).fill(text)])
    await users.send('setRoles', [address, roles])
  }
  return { admin, coo, users, producing, consuming, setUser }
}
