import { expect, test } from 'vitest'
import { MemoryLog } from '../../test/gateway/memory-log.ts'
import { EnergywebError } from '../core/errors.ts'
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

test('what was due while the key was away is signed as soon as it is back, and nothing before its time', async () => {
  const clock = new VirtualClock()
  const log = new MemoryLog(() => clock.now())
  let isAway = false
  let attempts = 0
  let signed = 0
  let tellReady: ((key: string) => void) | undefined
  const said: string[] = []
  const tell = (_: object, message: string) => said.push(message)
  const app = new GatewayApp({
    clock,
    log: { ...silentLogger, warn: tell, error: tell },
    openLog: async () => log,
    assets: [],
    onKeyReady: listener => {
      tellReady = listener
    },
    checkpoint: {
      origin: 'example.org',
      signer: async () => signer,
      store: () => ({
        async checkpoint() {
          attempts += 1
          if (isAway) throw new EnergywebError('key-unavailable', 'the token is out', { retryable: true })
          signed += 1
          return 'note'
        },
        uncovered: async () => 1,
      }),
      every: '1d',
    },
  })
  const end = new AbortController()
  const running = app.run({ signal: end.signal, signals: false })
  await clock.advance(1_000)
  tellReady?.('log')
  await clock.advance(5_000)
  expect(signed).toBe(0)
  isAway = true
  await clock.advance(2 * 86_400_000 + 3_600_000)
  isAway = false
  expect(said).toEqual(['no checkpoint is signed until the key of the log is back: the token is out'])
  const before = attempts
  expect(signed).toBe(0)
  tellReady?.('log')
  await clock.advance(2_000)
  expect([signed, attempts - before]).toEqual([1, 1])
  end.abort()
  await running
})
