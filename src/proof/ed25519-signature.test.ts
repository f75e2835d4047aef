import { createPublicKey, verify as verifyByOpenSsl } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { type Division, dividingSigner, divisions } from '../../test/proof/evil-ed25519.ts'
import { concatBytes, fromHex, utf8 } from '../core/bytes.ts'
import { hasSignedByEd25519 } from './ed25519-signature.ts'

const message = utf8('A text.\n')
const neutral = fromHex(`01${'00'.repeat(31)}`)

function openSsl(publicKey: Uint8Array, signature: Uint8Array): boolean {
  const der = concatBytes(fromHex('302a300506032b6570032100'), publicKey)
  const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
  return verifyByOpenSsl(null, message, key, signature)
}

describe('signatures by Ed25519', () => {
  test.each(Object.keys(divisions) as Division[])(
    '%s: said as OpenSSL says it, not as ZIP 215 does',
    division => {
      const signer = dividingSigner(division, 7)
      const signature = signer.sign(message)
      const { publicKey } = signer
      expect(hasSignedByEd25519(publicKey, { message, signature })).toBe(divisions[division])
      expect(openSsl(publicKey, signature)).toBe(divisions[division])
      expect(ed25519.verify(signature, message, publicKey, { zip215: true })).toBe(true)
    },
  )

  test('nobody signs by a key of small order, for which everybody could', () => {
    const signature = concatBytes(neutral, new Uint8Array(32))
    expect(ed25519.verify(signature, message, neutral, { zip215: true })).toBe(true)
    expect(hasSignedByEd25519(neutral, { message, signature })).toBe(false)
  })
})
