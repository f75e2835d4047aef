import { expect, test } from 'vitest'
import { MemoryLog } from '../../test/gateway/memory-log.ts'
import { silentLogger } from '../core/logger.ts'
import type { Signer } from '../core/signer.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { GatewayApp } from './gateway-app.ts'

const signer: Signer = {
  algorithms: ['ed25519'],
  publicKey: () => new Uint8Array(32),
  sign: async () => new Uint8Array(64),
}

test('a checkpoint is signed before its time once many entries came, and not for fewer', async () => {
  const clock = new VirtualClock()
  const log = new MemoryLog(() => clock.now())
  let size = 0
  const signed: number[] = []
  const gap = { detail: null, from: null, reason: 'test', to: null }
  const grow = async (entries: number) => {
    for (let i = 0; i < entries; i++) await log.append('roof', 'gap', gap)
    size += entries
    await clock.advance(5_000)
  }
  await log.openStream({ name: 'roof' })
  const app = new GatewayApp({
    clock,
    log: silentLogger,
    openLog: async () => log,
    assets: [],
    checkpoint: {
      origin: 'example.org',
      signer: async () => signer,
      store: () => ({
        checkpoint: async () => {
          signed.push(size)
          return 'note'
        },
        uncovered: async () => size - (signed.at(-1) ?? 0),
      }),
      every: '1d',
      entries: 10,
    },
  })
  const end = new AbortController()
  const running = app.run({ signal: end.signal, signals: false })
  await clock.advance(5_000)
  await grow(9)
  expect(signed).toEqual([])
  await grow(1)
  expect(signed).toEqual([10])
  await grow(9)
  expect(signed).toEqual([10])
  await grow(30)
  expect(signed).toEqual([10, 49])
  end.abort()
  await running
})
