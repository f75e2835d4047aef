import { scryptSync } from 'node:crypto'
import type { DerivationRequest } from './key-derivation.ts'

const derivedKeyLength = 32

// A process of its own: the hundreds of megabytes scrypt may need go back to the machine when it ends.
process.once('message', async (request: DerivationRequest) => {
  const key = await derive(request)
  process.send?.(key, () => process.disconnect())
})
// Without its parent there is nobody to answer.
process.once('disconnect', () => process.exit())

async function derive({ password, salt, n, r, p, maxmem, openSsl }: DerivationRequest): Promise<Uint8Array> {
  if (openSsl) return scryptSync(password, salt, derivedKeyLength, { N: n, r, p, maxmem })
  const { scrypt } = await import('hash-wasm')
  return scrypt({
    password,
    salt,
    costFactor: n,
    blockSize: r,
    parallelism: p,
    hashLength: derivedKeyLength,
    outputType: 'binary',
  })
}
