import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TlsWorld, worldTools } from './world.ts'

const folder = mkdtempSync(join(tmpdir(), 'energyweb-tls-'))
let world: TlsWorld
beforeAll(async () => {
  if (worldTools) world = await TlsWorld.open(folder)
}, 60_000)
afterAll(async () => {
  await world?.close()
  rmSync(folder, { recursive: true })
})

/** Servers of nginx and openssl with every fault there is, before every kind of connection that a gateway opens. */
describe.skipIf(!worldTools)('real servers', () => {
  it('are refused by the name of their fault, with a hint and nothing sent; the right ones are let in', async () => {
    const rows = await world.table()
    expect(rows.length).toBeGreaterThan(100)
    expect(rows.filter(({ found, expected }) => found !== expected)).toEqual([])
    expect(rows.filter(({ expected, hint }) => expected !== 'let in' && hint === undefined)).toEqual([])
    expect(rows.filter(({ expected, wasReached }) => (expected === 'let in') !== wasReached)).toEqual([])
  }, 60_000)
})
