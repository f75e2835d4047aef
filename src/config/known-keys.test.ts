import { expect, test } from 'vitest'
import { equalBytes } from '../core/bytes.ts'
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import type { KeyBook } from '../core/key-book.ts'
import { ed25519Signer } from '../keys/ed25519-signer.ts'
import { p256Signer, secp256k1Signer } from '../keys/index.ts'
import { exchangedKey, KnownKeys } from './known-keys.ts'

const secret = (byte: number) => new Uint8Array(32).fill(byte)

/** Remembers the first key of a name, as the log does. */
function bookOf(): KeyBook & { readonly names: () => readonly string[] } {
  const kept = new Map<string, Uint8Array>()
  return {
    names: () => [...kept.keys()],
    async knownKey(name, publicKey) {
      const known = kept.get(name) ?? publicKey
      kept.set(name, known)
      return known
    },
  }
}

test('a key is known from its first time on, and stays the one of its name', async () => {
  const book = bookOf()
  const keys = new KnownKeys(async () => book, { strict: ['evidence'] })
  const [first, second] = [await secp256k1Signer(secret(1)), await secp256k1Signer(secret(2))]
  expect(await keys.hold('meter', 'secp256k1', first)).toBeUndefined()
  expect(await keys.hold('meter', 'secp256k1', first)).toBeUndefined()
  expect(book.names()).toEqual(['meter'])
  const text = await keys.hold('meter', 'secp256k1', second)
  expect(text).toMatch(
    /^the key meter is another one than the log knows by that name: 0x[0-9a-fA-F]{40}, not 0x[0-9a-fA-F]{40}$/,
  )
  expect(keys.exchanged('meter')).toBe(text)
  // The right one is put back.
  expect(await keys.hold('meter', 'secp256k1', first)).toBeUndefined()
  expect(keys.exchanged('meter')).toBeUndefined()
  // The new one under a name of its own.
  expect(await keys.hold('meter-2', 'secp256k1', second)).toBeUndefined()
})

test('an evidence key that was exchanged does not sign, and is looked for again', async () => {
  const keys = new KnownKeys(async () => book, { strict: ['evidence'] })
  const book = bookOf()
  const signers = [p256Signer(secret(3)), p256Signer(secret(4))] as const
  await keys.hold('evidence', 'p256', signers[0])
  const refusal = await keys.hold('evidence', 'p256', signers[1]).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'key-unavailable', retryable: true })
  expect(refusal instanceof EnergywebError && isEnergywebError(refusal.cause, 'key-invalid')).toBe(true)
  expect(keys.exchanged('evidence')).toBeUndefined()
  await keys.hold('evidence', 'p256', signers[0])
})

test('a name that stood for a key of another curve is told by its bytes', async () => {
  const [old, now] = [ed25519Signer(secret(5)).publicKey('ed25519'), p256Signer(secret(3)).publicKey('p256')]
  expect(equalBytes(old, now)).toBe(false)
  const text = await exchangedKey({ name: 'log', algorithm: 'p256', publicKey: now }, old)
  expect(text).toContain(`not ${Buffer.from(old).toString('hex')}`)
  expect(await exchangedKey({ name: 'log', algorithm: 'p256', publicKey: now }, undefined)).toBeUndefined()
})
