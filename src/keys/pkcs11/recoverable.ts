import { concatBytes, equalBytes, fromHex, toHex } from '../../core/bytes.ts'

/** Order of secp256k1 (SEC 2, section 2.4.1). */
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/**
 * r || s || recovery id of a token's bare signature r || s, with low s (EIP-2), and proof that the key made it: the public key
 * that the signature gives back is compared. Undefined when it is not that key's.
 */
export async function recoverable(
  bare: Uint8Array,
  { digest, publicKey }: { readonly digest: Uint8Array; readonly publicKey: Uint8Array },
): Promise<Uint8Array | undefined> {
  if (bare.length !== 64) return undefined
  const { isXOnlyPoint, recover } = await import('tiny-secp256k1')
  const signature = withLowS(bare)
  // The curve's library throws at what can be no signature; a token may answer with anything.
  if (!isInRange(signature) || !isXOnlyPoint(signature.subarray(0, 32))) return undefined
  for (const recovery of [0, 1] as const) {
    const found = recover(digest, signature, recovery, false)
    if (found !== null && equalBytes(found, publicKey)) return concatBytes(signature, Uint8Array.of(recovery))
  }
  return undefined
}

function withLowS(bare: Uint8Array): Uint8Array {
  const s = integer(bare.subarray(32))
  if (s <= order / 2n || s >= order) return bare
  return concatBytes(bare.subarray(0, 32), fromHex((order - s).toString(16).padStart(64, '0')))
}

/** r and s from 1 to n - 1. */
function isInRange(signature: Uint8Array): boolean {
  return [signature.subarray(0, 32), signature.subarray(32)].every(half => {
    const value = integer(half)
    return value > 0n && value < order
  })
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`)
}
