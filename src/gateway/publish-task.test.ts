import { expect, test } from 'vitest'
import { MemoryLog } from '../../test/gateway/memory-log.ts'
import { EnergywebError } from '../core/errors.ts'
import { silentLogger } from '../core/logger.ts'
import type { Signer } from '../core/signer.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { GatewayApp } from './gateway-app.ts'
import type { LogPublisher } from './publish-task.ts'

const signer: Signer = {
  algorithms: ['ed25519'],
  publicKey: () => new Uint8Array(32),
  sign: async () => new Uint8Array(64),
}

/** A gateway that signs every 15 minutes; what happens is told in order. */
function gatewayWith(publish: (attempt: number) => Promise<{ size: number; before: number }>) {
  const clock = new VirtualClock()
  const log = new MemoryLog(() => clock.now())
  const calls: string[] = []
  const messages: string[] = []
  const tell = (_: object, message: string) => void messages.push(message)
  const publisher: LogPublisher = {
    publish: async () => {
      calls.push('publish')
      return publish(calls.filter(call => call === 'publish').length)
    },
  }
  const checkpoint = async () => {
    calls.push('checkpoint')
    return 'note'
  }
  const app = new GatewayApp({
    clock,
    log: { ...silentLogger, info: tell, warn: tell, error: tell },
    openLog: async () => log,
    assets: [],
    publisher,
    checkpoint: {
      origin: 'example.org',
      signer: async () => signer,
      store: () => ({ checkpoint, uncovered: async () => 0 }),
      every: '15m',
    },
    close: async () => void calls.push('rest'),
  })
  const end = new AbortController()
  const running = app.run({ signal: end.signal, signals: false })
  const stop = async () => {
    end.abort()
    await running
  }
  return { clock, calls, messages, stop }
}

test('each checkpoint is published soon after it was signed, and the last one before everything is closed', async () => {
  let size = 0
  const { clock, calls, messages, stop } = gatewayWith(async () => ({ before: size, size: ++size }))
  while (!calls.includes('checkpoint')) await clock.advance(100)
  await clock.advance(300)
  expect(calls.slice(calls.indexOf('checkpoint'))).toEqual(['checkpoint', 'publish'])
  expect(messages).toContain('log published')
  const before = calls.length
  await stop()
  expect(calls.slice(before)).toEqual(['checkpoint', 'publish', 'rest'])
})

test('a publication that fails is told and tried again, and the gateway goes on', async () => {
  const { clock, calls, messages, stop } = gatewayWith(async attempt => {
    if (attempt < 3) throw new EnergywebError('publish-refused', 'the folder holds another log')
    return { size: 1, before: 1 }
  })
  await clock.advance(10 * 60_000)
  expect(calls.filter(call => call === 'publish').length).toBeGreaterThan(3)
  expect(messages.join('\n')).toMatch(/the folder holds another log/)
  await stop()
})
