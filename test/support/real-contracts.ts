import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Abi, Hex } from 'viem'

/* Contracts that nobody here wrote, as npm carries them: scripts/install-test-tools.sh fetches them. They never come along. */

const tools = process.env.ENERGYWEB_TEST_TOOLS ?? join(homedir(), '.cache', 'energyweb', 'test-tools')

const packages = {
  'user registry': ['ew-user-registry-contracts@0.0.99', 'dist'],
  'asset registry': ['ew-asset-registry-contracts@0.0.99', 'dist'],
  certificates: ['ew-origin-contracts@0.0.99', 'dist'],
  issuer: ['@energyweb__issuer@7.0.1', 'dist/js/build/contracts'],
} as const

export type ContractPackage = keyof typeof packages

/** Whether they are all installed; says so loudly where they are not. */
export function hasContracts(...wanted: readonly ContractPackage[]): boolean {
  const missing = wanted.filter(name => !existsSync(folderOf(name)))
  if (missing.length === 0) return true
  const which = missing.map(name => packages[name][0]).join(', ')
  console.warn(
    `!!! Not installed (scripts/install-test-tools.sh): ${which}. The real contracts are not tested.`,
  )
  return false
}

export interface CompiledContract {
  readonly abi: Abi
  readonly bytecode: Hex
}

/** One compiled contract of a package, by its Solidity name. */
export function realContract(from: ContractPackage, name: string): CompiledContract {
  const { abi, bytecode } = JSON.parse(readFileSync(join(folderOf(from), `${name}.json`), 'utf8'))
  // Those of release B come without 0x.
  return { abi, bytecode: `0x${String(bytecode).replace(/^0x/, '')}` }
}

function folderOf(name: ContractPackage): string {
  const [specification, folder] = packages[name]
  return join(tools, 'contracts', specification, folder)
}
