import { fromHex } from '../../src/core/bytes.ts'
import { EvmNetwork, type EvmNetworkOptions, freeOfCharge, secp256k1Signer } from '../../src/evm.ts'
import type { Anvil } from '../../src/testing/anvil.ts'
import probe from '../contracts/generated/ClientProbe.json' with { type: 'json' }

export const { bytecode } = probe

export const probeAbi = [
  'error TooLow(uint256 expected, uint256 got)',
  'event Written(address indexed by, bytes32 indexed key, uint256 value, uint256 paid)',
  'struct Place { bytes32 region; int64 latitude; }',
  'constructor(address first)',
  'function write(bytes32 key, uint256 value) payable',
  'function count()',
  'function countAt(uint256 expected)',
  'function refuse(uint8 how) returns (uint256)',
  'function valueOf(bytes32 key) view returns (uint256)',
  'function writes() view returns (uint256)',
  'function owner() view returns (address)',
  'function whoAsks() view returns (address)',
  'function state(bytes32 key) view returns (uint256 value, address by, Place place)',
  'function pair() pure returns (uint256, bool)',
  'function nothing() pure',
  'function sum(uint256 a) pure returns (uint256)',
  'function sum(uint256 a, uint256 b) pure returns (uint256)',
] as const

export const key = (text: string): `0x${string}` => `0x${Buffer.from(text).toString('hex').padEnd(64, '0')}`

/** The network of a test node; blocks may be as old as they like. */
export function networkOf(url: string, options: EvmNetworkOptions = {}): Promise<EvmNetwork> {
  return EvmNetwork.open({ preset: 'local', rpc: [url], headAge: 86_400_000, ...options })
}

export async function signerOf(anvil: Anvil, account = 0) {
  return secp256k1Signer(fromHex(anvil.accounts[account]?.privateKey ?? '0x'))
}

export async function deployProbe(network: EvmNetwork, anvil: Anvil) {
  const signer = await signerOf(anvil)
  const first = anvil.accounts[3]?.address ?? '0x'
  const { contract } = await network.deploy({
    abi: probeAbi,
    bytecode,
    signer,
    args: [first],
    pollEvery: 50,
  })
  return contract
}

export { freeOfCharge }
