import { describe, expect, test } from 'vitest'
import type { Clock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Signer } from '../core/signer.ts'
import { ed25519Signer, lazySigner } from './index.ts'

const signer = ed25519Signer(new Uint8Array(32).fill(1))
const message = new Uint8Array(3)
const missing = new EnergywebError('key-unavailable', 'no such file', { retryable: true })
const algorithm = 'ed25519' as const

/** A clock that jumps to the next timer at once and remembers how long each one was. */
function hastyClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = []
  return {
    waits,
    now: () => 0,
    monotonic: () => 0,
    after(milliseconds, callback) {
      waits.push(milliseconds)
      const timer = setImmediate(callback)
      return () => clearImmediate(timer)
    },
  }
}

function start(open: (attempt: number, options: { signal: AbortSignal }) => Promise<Signer>) {
  const controller = new AbortController()
  const clock = hastyClock()
  const logged: string[] = []
  const say = (_: object, text: string) => logged.push(text)
  let attempts = 0
  const lazy = lazySigner({
    name: 'log',
    algorithms: [algorithm],
    signal: controller.signal,
    clock,
    log: { debug: say, info: say, warn: say, error: say },
    random: () => 1,
    open: options => open(attempts++, options),
  })
  return { lazy, clock, logged, controller, attempts: () => attempts }
}

describe('a lazy signer', () => {
  test('is there before its key is: the public key is refused, signing waits', async () => {
    const { promise, resolve } = Promise.withResolvers<Signer>()
    const { lazy, attempts } = start(() => promise)
    expect(attempts()).toBe(1)
    expect(() => lazy.publicKey(algorithm)).toThrow(
      expect.objectContaining({ code: 'key-unavailable', retryable: true }),
    )
    const signing = lazy.sign(message, { algorithm })
    resolve(signer)
    expect(await signing).toEqual(await signer.sign(message, { algorithm }))
    await lazy.ready()
    expect(lazy.publicKey(algorithm)).toEqual(signer.publicKey(algorithm))
    expect(attempts()).toBe(1)
  })

  test('tries again after a failure that may pass, later each time up to five minutes', async () => {
    const { lazy, clock, logged } = start(async attempt => {
      if (attempt < 12) throw missing
      return signer
    })
    await lazy.ready()
    expect(clock.waits).toEqual(
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map(seconds => seconds * 1_000),
    )
    expect(logged.filter(text => text.includes('no such file'))).toHaveLength(1)
    expect(await lazy.sign(message, { algorithm })).toHaveLength(64)
  })

  test('between two attempts signing fails at once, so that nobody waits for minutes', async () => {
    const again = Promise.withResolvers<Signer>()
    const { lazy } = start(attempt => (attempt === 0 ? Promise.reject(missing) : again.promise))
    await expect(lazy.sign(message, { algorithm })).rejects.toBe(missing)
    expect(() => lazy.publicKey(algorithm)).toThrow(expect.objectContaining({ cause: missing }))
    again.resolve(signer)
    await lazy.ready()
    expect(await lazy.sign(message, { algorithm })).toHaveLength(64)
  })

  test('does not try again after a failure that stays, and everybody is told it', async () => {
    const wrong = new EnergywebError('key-password', 'the password does not open the keystore')
    const { lazy, attempts, clock } = start(() => Promise.reject(wrong))
    await expect(lazy.ready()).rejects.toBe(wrong)
    await expect(lazy.sign(message, { algorithm })).rejects.toBe(wrong)
    expect(() => lazy.publicKey(algorithm)).toThrow(
      expect.objectContaining({ retryable: false, cause: wrong }),
    )
    expect(attempts()).toBe(1)
    expect(clock.waits).toEqual([])
  })

  test('refuses a key of another algorithm', async () => {
    const other: Signer = { ...signer, algorithms: ['secp256k1'] }
    await expect(start(async () => other).lazy.ready()).rejects.toMatchObject({ code: 'key-invalid' })
  })

  test('nobody waits longer than their own signal, and the attempts end with theirs', async () => {
    const { lazy, controller, logged } = start(
      (_, { signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
        ),
    )
    const reason = new Error('enough')
    await expect(lazy.sign(message, { algorithm, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await expect(lazy.ready({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    controller.abort()
    await expect(lazy.ready()).rejects.toMatchObject({ code: 'aborted' })
    expect(logged).toEqual([])
  })
})
