import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatBytes, fromHex, toHex } from '../../core/bytes.ts'
import { secp256k1Signer } from '../secp256k1-signer.ts'
import { recoverable } from './recoverable.ts'

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const digests = fc.uint8Array({ minLength: 32, maxLength: 32 })

/** The other signature of the same digest, as a token may as well give it. */
function withHighS(signature: Uint8Array): Uint8Array {
  const s = order - BigInt(`0x${toHex(signature.subarray(32, 64))}`)
  return concatBytes(signature.subarray(0, 32), fromHex(s.toString(16).padStart(64, '0')))
}

test('a bare signature of either s becomes the one that libsecp256k1 makes', async () => {
  const signer = await secp256k1Signer(new Uint8Array(32).fill(5))
  const publicKey = signer.publicKey('secp256k1')
  await fc.assert(
    fc.asyncProperty(digests, async digest => {
      const whole = await signer.sign(digest, { algorithm: 'secp256k1' })
      const bare = whole.subarray(0, 64)
      expect(await recoverable(bare, { digest, publicKey })).toEqual(whole)
      expect(await recoverable(withHighS(bare), { digest, publicKey })).toEqual(whole)
    }),
  )
})

test('a signature by another key, of another digest, or of no sense is none', async () => {
  const signer = await secp256k1Signer(new Uint8Array(32).fill(5))
  const other = await secp256k1Signer(new Uint8Array(32).fill(6))
  const publicKey = signer.publicKey('secp256k1')
  const digest = new Uint8Array(32).fill(9)
  const bare = (await signer.sign(digest, { algorithm: 'secp256k1' })).subarray(0, 64)
  const foreign = (await other.sign(digest, { algorithm: 'secp256k1' })).subarray(0, 64)
  expect(await recoverable(foreign, { digest, publicKey })).toBeUndefined()
  expect(await recoverable(bare, { digest: new Uint8Array(32), publicKey })).toBeUndefined()
  for (const bad of [bare.subarray(1), new Uint8Array(64), new Uint8Array(64).fill(0xff)]) {
    expect(await recoverable(bad, { digest, publicKey })).toBeUndefined()
  }
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 64, maxLength: 64 }), async bad => {
      expect(await recoverable(bad, { digest, publicKey })).toBeUndefined()
    }),
  )
})
