import { randomBytes } from 'node:crypto'
import { EnergywebError } from '../core/errors.ts'
import type { SignatureAlgorithm } from '../core/signer.ts'
import type { CommandIo } from './io.ts'
import type { Printer } from './printer.ts'
import { plainTokenKey, tokenKeyLines } from './token-key-face.ts'
import { tokenPlace } from './token-options.ts'

const algorithms: readonly SignatureAlgorithm[] = ['secp256k1', 'p256', 'ed25519']

interface Given {
  readonly pkcs11: string | undefined
  readonly token: string | undefined
  readonly serial: string | undefined
  readonly label: string | undefined
  readonly id: string | undefined
  readonly type: string | undefined
  readonly log: boolean
  readonly evidence: boolean
  readonly origin: string | undefined
  readonly witness: string | undefined
  readonly pinEnv: string | undefined
  readonly pinFile: string | undefined
}

type Whose = 'log' | 'witness' | 'evidence'

/** Whose key it is to be, and of which algorithm. @throws EnergywebError `argument-invalid` */
function kindOf({ type, log, evidence, witness, origin }: Given): {
  readonly algorithm: SignatureAlgorithm
  readonly whose: Whose
  /** The name that others know it under. */
  readonly name: string | undefined
} {
  const wanted = evidence ? 'p256' : log || witness !== undefined ? 'ed25519' : undefined
  const algorithm = type === undefined ? (wanted ?? 'secp256k1') : algorithms.find(one => one === type)
  if (algorithm === undefined || (wanted !== undefined && algorithm !== wanted)) {
    throw new EnergywebError(
      'argument-invalid',
      wanted === undefined ? `"${type}" is no type of key` : `such a key is ${wanted}, not ${type}`,
      {
        hint:
          wanted === undefined
            ? `It is one of ${algorithms.join(', ')}.`
            : 'What it is for says its type: leave --type out.',
      },
    )
  }
  if (witness !== undefined) return { algorithm, whose: 'witness', name: witness }
  if (algorithm === 'secp256k1') return { algorithm, whose: 'log', name: undefined }
  return { algorithm, whose: algorithm === 'p256' ? 'evidence' : 'log', name: origin }
}

/**
 * Makes a key inside a token and shows its public side.
 * @throws EnergywebError `argument-invalid`, and as `newTokenKey`
 */
export async function makeTokenKey(
  given: Given,
  { io, printer }: { io: CommandIo; printer: Printer },
): Promise<undefined> {
  const { algorithm, whose, name } = kindOf(given)
  const { label, id = randomBytes(8).toString('hex') } = given
  if (label === undefined) {
    throw new EnergywebError('argument-invalid', 'a key in a token needs a label', { hint: 'Give --label.' })
  }
  if (!/^([0-9a-fA-F]{2}){1,64}$/.test(id)) {
    throw new EnergywebError('argument-invalid', `"${id}" is no id of a key`, {
      hint: 'It is hex digits, two for a byte.',
    })
  }
  const { newTokenKey, verifierKey } = await import('../keys/index.ts')
  // A name that others can't know the key by must not leave a key behind.
  if (name !== undefined) verifierKey(name, placeholder(algorithm), whose)
  const place = await tokenPlace(given, io)
  const key = await newTokenKey(place, { label, id: id.toLowerCase(), algorithm })
  for (const warning of key.warnings) await printer.warning(warning)
  const isKnown = name !== undefined && key.publicKey !== undefined
  const known = isKnown ? verifierKey(name, key.publicKey, whose) : undefined
  await printer.data(plainTokenKey(key, known), tokenKeyLines(key, known).join('\n'))
  await printer.note('There is no copy of this key: when the token is lost, so is the key.')
}

/** Stands for a public key that there is none of yet. */
function placeholder(algorithm: SignatureAlgorithm): Uint8Array {
  return algorithm === 'ed25519' ? new Uint8Array(32) : Uint8Array.of(4, ...new Uint8Array(64))
}
