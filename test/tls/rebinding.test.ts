import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hasNamespaces, rebindingRows } from './rebinding.ts'

/** A name server of ours, the system's own resolver, real sockets: a network in which this machine has public addresses, too. */
describe.skipIf(!hasNamespaces)('a name that leads elsewhere when it is looked up again', () => {
  it('is judged at each connection by the very addresses that are connected to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'energyweb-names-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const rows = await rebindingRows(folder)
    expect(rows.length).toBeGreaterThan(45)
    expect(rows.filter(({ found, expected }) => found !== expected)).toEqual([])
    expect(rows.filter(({ expected, hint }) => expected !== 'let in' && hint === undefined)).toEqual([])
    expect(rows.filter(({ expected, wasReached }) => (expected === 'let in') !== wasReached)).toEqual([])
  }, 60_000)
})
