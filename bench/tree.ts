/**
 * The tree: building it, paths from the disk, and verifying one. CPU time is measured, not the clock: a path is worked out
 * without waiting for anybody, and a busy machine would else decide the ratio.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Hashes, nobleHashes } from '../src/proof/hashes.ts'
import { appendLeaf, emptyFrontier, frontierRoot, leafHash, merkleRoot } from '../src/proof/merkle.ts'
import { inclusionPath } from '../src/proof/merkle-proof.ts'
import { verifyInclusion } from '../src/proof/verify-inclusion.ts'
import { sha256 } from '../src/storage/hashes.ts'
import { databaseName, openLogReader } from '../src/storage/index.ts'
import { boundRow, type FigureResult, ratioRow } from './figure.ts'
import { benchEntry, treeHashes, writeLog } from './log-of-entries.ts'
import { median } from './median.ts'
import { type Hypercore, merkleTreeJs, openHypercore } from './other-trees.ts'

const size = 1_000_000
const batch = 1_000
const paths = 2_000
const rounds = 5

/** CPU seconds of this process, all its threads. */
async function cpuOf(work: () => unknown): Promise<number> {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

/** Entries far from each other; every round asks for others. */
const indexesOf = (round: number) =>
  Array.from({ length: paths }, (_, i) => ((round * paths + i) * 1_037_389) % size)

/** The rows that an entry's path is made of, and where in each. */
function nodesAsked(index: number): [number, number][] {
  const asked: [number, number][] = []
  const nothing = new Uint8Array(32)
  const noHashes: Hashes = { sha256: () => nothing, keccak256: () => nothing }
  inclusionPath(
    { index, size },
    (level, at) => {
      asked.push([32 * level + 1, (at + 1) * 2 ** level - 1])
      return nothing
    },
    noHashes,
  )
  return asked
}

async function writeHypercore(core: Hypercore): Promise<void> {
  for (let from = 0; from < size; from += batch) {
    await core.append(Array.from({ length: batch }, (_, i) => Buffer.from(benchEntry(from + i))))
  }
}

/** By how many MB a process grows that makes so many paths. */
function memoryOf(folder: string, count: number): number {
  const program = resolve(import.meta.dirname, 'tree-memory.ts')
  const words = [program, folder, String(size), String(count)]
  return Number(execFileSync(process.execPath, words, { encoding: 'utf8' }))
}

/** Paths from the disk, against reading their nodes and against hypercore's. */
export async function inclusionRows(): Promise<readonly FigureResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-bench-'))
  try {
    process.stderr.write(`writing ${size} entries …\n`)
    await writeLog(folder, size, batch)
    const core = openHypercore(join(folder, 'hypercore'))
    await core.ready()
    await writeHypercore(core)
    const reader = openLogReader({ folder })
    const database = new DatabaseSync(join(folder, databaseName), { readOnly: true })
    const node = database.prepare('SELECT substr(hashes, ?, 32) AS hash FROM entries WHERE id = ?')
    const times = { ours: [] as number[], nodes: [] as number[], hypercore: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      const indexes = indexesOf(round)
      const asked = indexes.map(nodesAsked)
      times.ours.push(
        await cpuOf(() => {
          for (const index of indexes) reader.inclusion(index, size)
        }),
      )
      times.nodes.push(
        await cpuOf(() => {
          for (const nodes of asked) for (const [at, row] of nodes) node.get(at, row)
        }),
      )
      times.hypercore.push(
        await cpuOf(async () => {
          for (const index of indexes) {
            await core.proof({ block: { index, nodes: 0 }, upgrade: { start: 0, length: size } })
          }
        }),
      )
    }
    const first = times.ours[0] ?? 0
    reader.close()
    database.close()
    await core.close()
    const perPath = (seconds: number) => (seconds / paths) * 1e6
    const ours = perPath(median(times.ours))
    const name = `an inclusion path of ${size.toLocaleString('en')} entries from the disk`
    const unit = { unit: 'µs CPU', better: 'less' } as const
    return [
      ratioRow(`${name}, against its nodes by prepared statements`, {
        ours,
        theirs: perPath(median(times.nodes)),
        goal: 3,
        ...unit,
      }),
      ratioRow(`${name}, the first ${paths} after opening`, {
        ours: perPath(first),
        theirs: perPath(times.nodes[0] ?? 0),
        goal: 3,
        ...unit,
      }),
      ratioRow(`${name}, against hypercore's`, {
        ours,
        theirs: perPath(median(times.hypercore)),
        goal: 0.1,
        ...unit,
      }),
      boundRow(`by what a process grows that makes ${(paths * rounds).toLocaleString('en')} such paths`, {
        value: memoryOf(folder, paths * rounds),
        unit: 'MB',
        goal: 20,
      }),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Verifying a path of 20 hashes, against 20 times SHA-256 of a node. */
export async function verifyRows(): Promise<readonly FigureResult[]> {
  const leaves = Array.from({ length: 1_024 }, (_, i) => leafHash(benchEntry(i)))
  const top = Array.from({ length: 10 }, (_, i) => leafHash(`other subtree ${i}`))
  const index = 777
  const small = inclusionPath({ index, size: 1_024 }, (level, at) =>
    merkleRoot(leaves.slice(at * 2 ** level, (at + 1) * 2 ** level)),
  )
  const path = [...small, ...top]
  const root = top.reduce(
    (left, right) => nobleHashes.sha256(Buffer.concat([Uint8Array.of(1), left, right])),
    merkleRoot(leaves),
  )
  const claim = { index, size: 2 ** 20, leaf: leaves[index] ?? root, path, root }
  const message = new Uint8Array(65).fill(1)
  const rows: FigureResult[] = []
  for (const [called, hashes] of [
    ['@noble/hashes', nobleHashes],
    ['node:crypto', { ...nobleHashes, sha256 }],
  ] as const) {
    const times = { ours: [] as number[], bare: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      times.ours.push(
        await cpuOf(() => {
          for (let i = 0; i < paths; i++) if (!verifyInclusion(claim, hashes)) throw new Error('it is right')
        }),
      )
      times.bare.push(
        await cpuOf(() => {
          for (let i = 0; i < 20 * paths; i++) hashes.sha256(message)
        }),
      )
    }
    const perPath = (seconds: readonly number[]) => (median(seconds) / paths) * 1e6
    rows.push(
      ratioRow(`verifying an inclusion path of 20 hashes, against 20 SHA-256 of ${called}`, {
        ours: perPath(times.ours),
        theirs: perPath(times.bare),
        unit: 'µs CPU',
        goal: 2,
        better: 'less',
      }),
    )
  }
  return rows
}

function buildTree(blocks: readonly Uint8Array[]): Uint8Array {
  let frontier = emptyFrontier
  for (const block of blocks) {
    frontier = appendLeaf(frontier, leafHash(block, treeHashes), treeHashes).frontier
  }
  return frontierRoot(frontier, treeHashes)
}

/** Building the tree, against hypercore and merkletreejs. */
export async function buildRows(): Promise<readonly FigureResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-bench-'))
  try {
    const blocks = Array.from({ length: size }, (_, i) => Buffer.from(benchEntry(i)))
    const core = openHypercore(join(folder, 'hypercore'))
    await core.ready()
    const ours = [await cpuOf(() => buildTree(blocks))]
    const hypercore = await cpuOf(() => writeHypercore(core))
    await core.close()
    ours.push(await cpuOf(() => buildTree(blocks)))
    const { Tree, documented } = merkleTreeJs()
    const same = await cpuOf(() => new Tree(blocks, sha256, { hashLeaves: true }).getRoot())
    ours.push(await cpuOf(() => buildTree(blocks)))
    const few = blocks.slice(0, size / 20)
    const theirs = (await cpuOf(() => new Tree(few, documented, { hashLeaves: true }).getRoot())) * 20
    const written = await cpuOf(() => writeLog(folder, size, batch))
    const name = `the tree of ${size.toLocaleString('en')} leaves`
    const row = (against: string, values: { ours: number; theirs: number; goal: number }) =>
      ratioRow(`${name}, against ${against}`, { ...values, unit: 's CPU', better: 'less' })
    return [
      row(`hypercore's append in batches of ${batch}`, { ours: median(ours), theirs: hypercore, goal: 0.33 }),
      row('merkletreejs as documented, with crypto-js (of 50,000, times 20)', {
        ours: median(ours),
        theirs,
        goal: 0.33,
      }),
      row('merkletreejs with the same SHA-256 as ours', { ours: median(ours), theirs: same, goal: 1 }),
      row('hypercore, ours written to SQLite with the entries, a durable commit a batch', {
        ours: written,
        theirs: hypercore,
        goal: 1,
      }),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
