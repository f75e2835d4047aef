import { type Cid, parseCid } from '../../core/any-cid.ts'
import { fromHex } from '../../core/bytes.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { uuidBytes } from '../../proof/ids/uuid.ts'

/** An identifier as somebody gave it: a CID, or bytes of a UUID (16) or of a hash (32). */
export type GivenIdentifier = { readonly cid: Cid } | { readonly bytes: Uint8Array }

const [uuidLength, wordLength] = [16, 32]

/**
 * Reads a UUID, a CID, or what a contract holds: `0x` and the 16 bytes of a UUID, 32 bytes of a hash, or a UUID in the first
 * half of 32 bytes. The text is hostile input.
 * @throws EnergywebError `argument-invalid`
 */
export function parseIdentifier(given: string): GivenIdentifier {
  if (/^0x(?:[0-9a-f]{32}|[0-9a-f]{64})$/i.test(given))
    return { bytes: unpadded(fromHex(given.slice(2).toLowerCase())) }
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given))
    return { bytes: uuidBytes(given.toLowerCase()) }
  try {
    return { cid: parseCid(given.replace(/^ipfs:\/\//, '')) }
  } catch (cause) {
    if (!isEnergywebError(cause, 'cid-invalid')) throw cause
    const shown = JSON.stringify(given.length > 64 ? `${given.slice(0, 64)}…` : given)
    throw new EnergywebError('argument-invalid', `${shown} is neither a CID nor a UUID`, {
      hint: 'Give a CID (Qm…, baf…), a UUID, or what a contract holds: 0x and 16 or 32 bytes in hex.',
      cause,
    })
  }
}

function unpadded(bytes: Uint8Array): Uint8Array {
  const isPadded = bytes.length === wordLength && bytes.subarray(uuidLength).every(byte => byte === 0)
  return isPadded ? bytes.slice(0, uuidLength) : bytes
}
