import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits, readings, temporaryFolder } from '../../test/storage/support.ts'
import { merkleRoot } from '../proof/merkle.ts'
import { verifyConsistency } from '../proof/verify-consistency.ts'
import { verifyInclusion } from '../proof/verify-inclusion.ts'
import { databaseName, type LogReader, openLog, openLogReader } from './index.ts'

let folder: string
let reader: LogReader
let leaves: readonly Uint8Array[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'energyweb-tree-'))
  const log = await openLog({ folder })
  await log.openStream({ name: 'roof' })
  await log.openStream({ name: 'barn' })
  await log.record('roof', readings(40), limits)
  await log.record('barn', readings(30), limits)
  await log.close()
  reader = openLogReader({ folder })
  leaves = reader.entriesFrom({ from: 0, limit: 100 }).map(entry => entry.leafHash)
})

afterAll(() => {
  reader.close()
  rmSync(folder, { recursive: true, force: true })
})

const bytes = (hash: Uint8Array) => new Uint8Array(hash)
const rootOf = (from: number, to: number) => bytes(merkleRoot(leaves.slice(from, to)))

describe('tree on the disk', () => {
  test('each node is the root of its leaves, and there are no others', () => {
    expect(leaves).toHaveLength(72)
    for (let level = 0; level < 8; level++) {
      const width = 2 ** level
      const complete = Math.floor(leaves.length / width)
      for (let index = 0; index < complete; index++) {
        expect(bytes(reader.node(level, index))).toEqual(rootOf(index * width, (index + 1) * width))
      }
      expect(() => reader.node(level, complete)).toThrow(/no complete subtree/)
    }
  })

  test('the root of every size that the log has had', () => {
    for (let size = 0; size <= leaves.length; size++)
      expect(bytes(reader.rootAt(size))).toEqual(rootOf(0, size))
    expect(bytes(reader.rootAt(leaves.length))).toEqual(bytes(reader.head().root))
  })

  test('every entry is shown in the tree of every size that has it', () => {
    for (let size = 1; size <= leaves.length; size++) {
      const root = rootOf(0, size)
      for (let index = 0; index < size; index += size > 40 ? 7 : 1) {
        const leaf = leaves[index]!
        expect(verifyInclusion({ index, size, leaf, path: reader.inclusion(index, size), root })).toBe(true)
      }
    }
  })

  test('every tree is shown to begin with every smaller one', () => {
    for (let to = 0; to <= leaves.length; to += 3) {
      for (let from = 0; from <= to; from += 2) {
        const path = reader.consistency(from, to)
        const claim = { from, to, path, fromRoot: rootOf(0, from), toRoot: rootOf(0, to) }
        expect(verifyConsistency(claim)).toBe(true)
      }
    }
  })

  test.each<[string, (log: LogReader) => unknown]>([
    ['a size above that of the log', log => log.inclusion(0, 73)],
    ['an index outside the tree', log => log.inclusion(10, 10)],
    ['an index below zero', log => log.inclusion(-1, 10)],
    ['half an index', log => log.inclusion(0.5, 10)],
    ['a size that is none', log => log.inclusion(0, Number.NaN)],
    ['a level below zero', log => log.node(-1, 0)],
    ['half a level', log => log.node(0.5, 0)],
    ['a level beyond all numbers', log => log.node(2_000, 0)],
    ['the root of a size that is none', log => log.rootAt(1.5)],
    ['a path to a larger tree than there is', log => log.consistency(1, 73)],
    ['a path back', log => log.consistency(11, 10)],
    ['a path from nowhere', log => log.consistency(-1, 10)],
  ])('refused: %s', (_, ask) => {
    expect(() => ask(reader)).toThrow(expect.objectContaining({ code: 'argument-invalid' }))
  })

  test('a row without the hashes it must have is told, and no path is made of it', async () => {
    const damaged = temporaryFolder()
    const log = await openLog({ folder: damaged })
    await log.openStream({ name: 'roof' })
    await log.record('roof', readings(7), limits)
    await log.close()
    const database = new DatabaseSync(join(damaged, databaseName))
    database.exec('UPDATE entries SET hashes = substr(hashes, 1, 40) WHERE id = 3')
    database.close()
    const other = openLogReader({ folder: damaged })
    expect(() => other.inclusion(5, 8)).toThrow(/entry 3 has no hash of its subtree of level 2/)
    expect(other.inclusion(2, 8)).toHaveLength(3)
    other.close()
  })
})
