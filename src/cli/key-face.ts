import { toHex } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import type { SignatureAlgorithm } from '../core/signer.ts'
import type { Printer } from './printer.ts'

/** What may be told about a key. */
export interface ShownKey {
  readonly algorithm: SignatureAlgorithm
  readonly publicKey?: Uint8Array
  readonly address?: string
  readonly verifierKey?: string
}

/** What a key is for, by its algorithm. */
export const keyKinds = {
  ed25519: 'key of a log or a witness (Ed25519)',
  p256: 'evidence key beside that of a log (P-256)',
  secp256k1: 'account of a chain (secp256k1)',
} as const

/** Prints the public side of a key. */
export async function printKey(printer: Printer, file: string, key: ShownKey): Promise<void> {
  const { algorithm, address, verifierKey } = key
  const publicKey = key.publicKey === undefined ? undefined : `0x${toHex(key.publicKey)}`
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['file', file],
    ['kind', keyKinds[algorithm]],
    ['address', address],
    ['public key', algorithm === 'secp256k1' ? undefined : publicKey],
    ['verifier key', verifierKey],
  ]
  const text = lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(13)}${value}`]))
  await printer.data({ file, algorithm, address, publicKey, verifierKey }, text.join('\n'))
}

/** One key for a log and a witness would let each sign in the other's place. */
export function twoNames(): EnergywebError {
  return new EnergywebError('argument-invalid', 'a key is that of a log or that of a witness, never both', {
    hint: 'Give --origin or --witness.',
  })
}

/** Says so when a password is easy to guess. */
export async function warnOfWeakness(
  printer: Printer,
  password: string,
  file = 'keystore file',
): Promise<void> {
  const { passwordWeakness } = await import('../keys/index.ts')
  const weakness = passwordWeakness(password)
  if (weakness === undefined) return
  await printer.warning(
    `the password is weak: ${weakness}. Whoever gets the ${file} can try millions a day; a few random words are better.`,
  )
}

/** A key has one algorithm. */
export function twoKinds(): EnergywebError {
  return new EnergywebError('argument-invalid', 'a key is of one kind: a log key, or an evidence key', {
    hint: 'Give --log for the Ed25519 key of the log, or --evidence for the P-256 key beside it.',
  })
}
