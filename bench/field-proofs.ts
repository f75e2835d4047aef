/**
 * Field proofs: made and checked, against `ew-precise-proofs-js` on the same document of twelve fields; and what committing to
 * fields costs a log, against a hash of the whole document. Rounds of both alternate.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toHex } from '../src/core/bytes.ts'
import type { Document, DocumentSchema } from '../src/core/document.ts'
import type { CommitmentKind } from '../src/core/log.ts'
import { disclosedRoot, discloseFields } from '../src/proof/disclosure.ts'
import { fieldCommitment, planFields } from '../src/proof/field-tree.ts'
import { type Hashes, nobleHashes } from '../src/proof/hashes.ts'
import { makeFieldProof, verifyFieldProof } from '../src/proof/precise-proof.ts'
import { openHashes } from '../src/storage/hashes.ts'
import { openLog } from '../src/storage/index.ts'
import type { PreciseProofsLibrary } from '../test/support/precise-proofs.ts'
import { appendReadings } from './append.ts'
import { type FigureResult, ratioRow } from './figure.ts'
import { median } from './median.ts'

const rounds = 9

const document = {
  channel: 'export',
  energy: 9_000_000_000n,
  from: null,
  kind: 'counter',
  manufacturer: 'Verbund',
  measuredAt: '2024-01-01T00:15:00.000Z',
  model: 'Eumel 2.1.1',
  provenance: 'eumel-v2',
  receivedAt: '2024-01-01T00:15:00.180Z',
  serial: '2104001234',
  status: 'counted',
  total: 9_000_000_000n,
} satisfies Document
const schema: DocumentSchema = {
  name: 'bench/1',
  fields: Object.fromEntries(
    Object.entries(document).map(([name, value]) => [name, typeof value === 'bigint' ? 'integer' : 'text']),
  ),
}
const keys = Object.keys(document)

/** One proof a field: made from the document, and checked against the commitment; proofs a second. */
function ourRound(hashes: Hashes, repeat: number): number {
  const plan = planFields(schema, hashes)
  const seed = new Uint8Array(32).fill(9)
  const root = fieldCommitment(document, { plan, seed }, hashes)
  return perSecond(repeat * keys.length, () => {
    for (const field of keys) {
      verifyFieldProof(makeFieldProof(document, { plan, seed, field }, hashes), { root, keys: plan }, hashes)
    }
  })
}

/** Three of twelve fields in one proof. */
function ourDisclosures(hashes: Hashes, repeat: number): number {
  const plan = planFields(schema, hashes)
  const seed = new Uint8Array(32).fill(9)
  const root = toHex(fieldCommitment(document, { plan, seed }, hashes))
  const fields = ['energy', 'measuredAt', 'serial']
  return perSecond(repeat * keys.length, () => {
    for (let i = 0; i < keys.length; i++) {
      const proof = discloseFields(document, { plan, seed, fields }, hashes)
      if (toHex(disclosedRoot(proof, plan, hashes)) !== root) throw new Error('wrong root')
    }
  })
}

function theirRound(library: PreciseProofsLibrary, repeat: number): number {
  const given = Object.fromEntries(
    Object.entries(document).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? Number(value) : value,
    ]),
  )
  const leaves = library.createLeafs(given)
  const bare = library.getRootHash(library.createMerkleTree(leaves.map(leaf => leaf.hash)))
  const root = library.createExtendedTreeRootHash(bare, [...keys])
  const salts = leaves.map(leaf => leaf.salt)
  return perSecond(repeat * keys.length, () => {
    for (const field of keys) {
      const proof = library.createProof(field, library.createLeafs(given, salts), true)
      if (!library.verifyProof(root, proof, [...keys])) throw new Error('not proven')
    }
  })
}

/** Calls a second of a round that makes `count` of them. */
function perSecond(count: number, round: () => void): number {
  const start = performance.now()
  for (let done = 0; done < count; done += keys.length) round()
  return count / ((performance.now() - start) / 1000)
}

async function proofRows(): Promise<readonly FigureResult[]> {
  const library: PreciseProofsLibrary = createRequire(import.meta.url)('ew-precise-proofs-js').PreciseProofs
  const fast = await openHashes()
  const rates = {
    store: [] as number[],
    portable: [] as number[],
    several: [] as number[],
    theirs: [] as number[],
  }
  for (let round = 0; round < rounds; round++) {
    rates.store.push(ourRound(fast, 40))
    rates.portable.push(ourRound(nobleHashes, 10))
    rates.several.push(ourDisclosures(nobleHashes, 10))
    rates.theirs.push(theirRound(library, 2))
  }
  const theirs = median(rates.theirs)
  const row = (name: string, ours: number) =>
    ratioRow(name, { ours, theirs, unit: '/s', goal: 10, better: 'more' })
  const of = 'field proofs of 12 fields, made and checked, against ew-precise-proofs-js'
  return [
    row(`${of}: keccak of the store`, median(rates.store)),
    row(`${of}: keccak of a browser`, median(rates.portable)),
    row(`${of}: three fields in one proof, keccak of a browser`, median(rates.several)),
  ]
}

/** Appends a second of both commitments, at so many producers. */
async function appendRow(concurrent: number, count: number): Promise<FigureResult> {
  const kinds: readonly CommitmentKind[] = ['fields', 'document']
  const folders = kinds.map(() => mkdtempSync(join(tmpdir(), 'energyweb-bench-')))
  const logs = await Promise.all(folders.map(folder => openLog({ folder })))
  try {
    const rates: number[][] = kinds.map(() => [])
    for (const [i, log] of logs.entries()) {
      await log.openStream({ name: 'roof', commitment: kinds[i] ?? 'fields' })
      await appendReadings(log, 'roof', { from: 1, count, concurrent })
    }
    for (let round = 0; round < rounds; round++) {
      for (const [i, log] of logs.entries()) {
        const seconds = await appendReadings(log, 'roof', {
          from: 1 + (round + 1) * count,
          count,
          concurrent,
        })
        rates[i]?.push(count / seconds)
      }
    }
    const [ours = 0, theirs = 0] = rates.map(median)
    const name = `appends, ${concurrent} concurrent, commitment to fields against to the document`
    return ratioRow(name, { ours, theirs, unit: '/s', goal: 0.3, better: 'more' })
  } finally {
    for (const log of logs) await log.close()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  }
}

export async function fieldProofFigure(): Promise<readonly FigureResult[]> {
  return [...(await proofRows()), await appendRow(1, 200), await appendRow(256, 3_072)]
}
