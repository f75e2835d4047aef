import { expect, test } from 'vitest'
import { EnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { Signer } from '../core/signer.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { lazySigner } from './lazy-signer.ts'

const signal = new AbortController().signal

test('a key that goes away is said so once, and once when it signs again', async () => {
  const lines: string[] = []
  const say = (level: string) => (_: object, message: string) => void lines.push(`${level} ${message}`)
  const log: Logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
  const clock = new VirtualClock()
  let trouble: EnergywebError | undefined
  const token: Signer = {
    algorithms: ['secp256k1'],
    publicKey: () => new Uint8Array(65),
    sign: async () => {
      if (trouble !== undefined) throw trouble
      return new Uint8Array(65)
    },
  }
  const signer = lazySigner({
    name: 'meter',
    algorithms: ['secp256k1'],
    open: async () => token,
    signal,
    clock,
    log,
  })
  expect(signer.health().state).toBe('opening')
  await signer.ready()
  expect(signer.health()).toMatchObject({ state: 'ready', trouble: undefined })
  const sign = () => signer.sign(new Uint8Array(32), { algorithm: 'secp256k1' })

  trouble = new EnergywebError('key-unavailable', 'the token is out', { retryable: true })
  const from = clock.now()
  for (let times = 0; times < 3; times++) {
    await expect(sign()).rejects.toBe(trouble)
    await clock.advance(10_000)
  }
  expect(signer.health()).toEqual({ state: 'away', since: from, trouble: 'the token is out' })
  trouble = undefined
  await sign()
  await sign()
  expect(signer.health().state).toBe('ready')
  expect(lines).toEqual([
    'info the key is open',
    'warn the key meter is away: the token is out; what it has to sign waits',
    'info the key meter is back after 30 s',
  ])
})

test('one that is looked after is away and back without being asked to sign, and whoever waits is told', async () => {
  const lines: string[] = []
  const say = (level: string) => (_: object, message: string) => void lines.push(`${level} ${message}`)
  const log: Logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
  const clock = new VirtualClock()
  const ending = new AbortController()
  let tell: ((trouble: EnergywebError | undefined) => void) | undefined
  let ready = 0
  const signer = lazySigner({
    name: 'meter',
    algorithms: ['secp256k1'],
    open: async () => ({
      algorithms: ['secp256k1'],
      publicKey: () => new Uint8Array(65),
      sign: async () => new Uint8Array(65),
      watch(listener) {
        tell = listener
        return () => {
          tell = undefined
        }
      },
    }),
    signal: ending.signal,
    clock,
    log,
    onReady: () => {
      ready += 1
    },
  })
  await signer.ready()
  expect(ready).toBe(1)
  const away = new EnergywebError('key-unavailable', 'the token is out', { retryable: true })
  const other = new EnergywebError('key-invalid', 'it is another key now')
  tell?.(undefined)
  tell?.(away)
  const since = clock.now()
  await clock.advance(10_000)
  tell?.(away)
  expect(signer.health()).toEqual({ state: 'away', since, trouble: 'the token is out' })
  tell?.(other)
  tell?.(other)
  expect(signer.health()).toMatchObject({ state: 'refused', trouble: 'it is another key now' })
  await clock.advance(5_000)
  expect(ready).toBe(1)
  tell?.(undefined)
  tell?.(undefined)
  expect(ready).toBe(2)
  expect(signer.health().state).toBe('ready')
  expect(lines).toEqual([
    'info the key is open',
    'warn the key meter is away: the token is out; what it has to sign waits',
    "warn the key meter can't be used: it is another key now; what it has to sign waits",
    'info the key meter is back after 5 s',
  ])
  ending.abort()
  expect(tell).toBeUndefined()
})

test('one that signs with another key is refused until somebody mends that', async () => {
  const cause = new EnergywebError('key-invalid', 'it is another key now')
  const signer = lazySigner({
    name: 'meter',
    algorithms: ['secp256k1'],
    signal,
    open: async () => ({
      algorithms: ['secp256k1'],
      publicKey: () => new Uint8Array(65),
      sign: () =>
        Promise.reject(new EnergywebError('key-unavailable', cause.message, { retryable: true, cause })),
    }),
  })
  await signer.ready()
  await expect(signer.sign(new Uint8Array(32), { algorithm: 'secp256k1' })).rejects.toThrow()
  expect(signer.health().state).toBe('refused')
})

test('one that is asked for what it can not do is not away', async () => {
  const signer = lazySigner({
    name: 'meter',
    algorithms: ['secp256k1'],
    signal,
    open: async () => ({
      algorithms: ['secp256k1'],
      publicKey: () => new Uint8Array(65),
      sign: () => Promise.reject(new EnergywebError('argument-invalid', 'a digest has 32 bytes')),
    }),
  })
  await signer.ready()
  await expect(signer.sign(new Uint8Array(3), { algorithm: 'secp256k1' })).rejects.toThrow()
  expect(signer.health().state).toBe('ready')
})

test('one that can not be opened is away where that may pass, refused where it will not', async () => {
  const open = (retryable: boolean) =>
    lazySigner({
      name: 'meter',
      algorithms: ['secp256k1'],
      signal,
      clock: new VirtualClock(),
      open: () => Promise.reject(new EnergywebError('key-unavailable', 'not there', { retryable })),
    })
  const [away, refused] = [open(true), open(false)]
  await expect(refused.ready()).rejects.toThrow('not there')
  await expect(away.sign(new Uint8Array(32), { algorithm: 'secp256k1' })).rejects.toThrow('not there')
  expect([away.health().state, refused.health().state]).toEqual(['away', 'refused'])
})
