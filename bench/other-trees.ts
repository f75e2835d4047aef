/** Trees of other makers: too large, or too seldom used, to come along; scripts/install-test-tools.sh installs them. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

const tools = process.env.ENERGYWEB_TEST_TOOLS ?? join(homedir(), '.cache', 'energyweb', 'test-tools')
const require = createRequire(join(tools, 'package.json'))

/** What is used of hypercore, an append-only log on RocksDB with signed Merkle trees. */
export interface Hypercore {
  ready(): Promise<void>
  append(blocks: readonly Uint8Array[]): Promise<unknown>
  proof(request: {
    block: { index: number; nodes: number }
    upgrade: { start: number; length: number }
  }): Promise<unknown>
  close(): Promise<void>
}

/** What is used of merkletreejs. */
export interface MerkleTreeJs {
  new (
    leaves: readonly Uint8Array[],
    hash: (value: Buffer) => unknown,
    options: { hashLeaves: boolean },
  ): { getRoot(): Uint8Array }
}

function installed<Module>(
  name: string,
  pick: (module: Record<string, Module>) => Module | undefined,
): Module {
  if (!existsSync(join(tools, 'node_modules', name))) {
    throw new Error(`${name} is not installed: bash scripts/install-test-tools.sh`)
  }
  const found = pick(require(name))
  if (found === undefined) throw new Error(`${name} is not what it was`)
  return found
}

export function openHypercore(folder: string): Hypercore {
  const Core: new (folder: string) => Hypercore = installed('hypercore', module => module as never)
  return new Core(folder)
}

/** Its tree, and the hash function that its documentation uses with it. */
export function merkleTreeJs(): { Tree: MerkleTreeJs; documented: (value: Buffer) => unknown } {
  return {
    Tree: installed<MerkleTreeJs>('merkletreejs', module => module.MerkleTree),
    documented: installed<(value: Buffer) => unknown>('crypto-js', module => module.SHA256),
  }
}
