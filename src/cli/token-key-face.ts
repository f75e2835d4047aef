import { toHex } from '../core/bytes.ts'
import type { TokenKey } from '../keys/index.ts'
import { keyKinds } from './key-face.ts'
import { printable } from './printable.ts'
import { tokenWords } from './token-options.ts'

/** What the token says of a key, in words. An attribute that it does not tell is not told. */
export function attributeWords({
  attributes,
}: TokenKey): readonly (readonly [string, boolean | undefined])[] {
  const { local, sensitive, alwaysSensitive, extractable, neverExtractable } = attributes
  return [
    ['made inside the token', local],
    ['never shown in plain', sensitive],
    ['… from the start', alwaysSensitive],
    ['stays in the token', extractable === undefined ? undefined : !extractable],
    ['… from the start', neverExtractable],
  ]
}

/** The public side of a key in a token, for people. */
export function tokenKeyLines(key: TokenKey, verifierKey: string | undefined): readonly string[] {
  const { token, label, id, algorithm, curve, address, publicKey } = key
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['key', `${label} (id ${id})`],
    ['token', tokenWords(token)],
    ['kind', algorithm === undefined ? `of no use here (${curve})` : keyKinds[algorithm]],
    ['address', address],
    ['public key', address === undefined && publicKey !== undefined ? `0x${toHex(publicKey)}` : undefined],
    ['verifier key', verifierKey],
    ...attributeWords(key).map(([name, value]) => [name, answers(value)] as const),
  ]
  return lines.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name.padEnd(23)}${printable(value)}`],
  )
}

function answers(value: boolean | undefined): string {
  if (value === undefined) return 'not told'
  return value ? 'yes' : 'NO'
}

/** The same for programs. */
export function plainTokenKey(key: TokenKey, verifierKey: string | undefined) {
  const { token, label, id, algorithm, curve, address, publicKey, attributes } = key
  return {
    token,
    label,
    id,
    algorithm,
    curve,
    address,
    publicKey: publicKey === undefined ? undefined : `0x${toHex(publicKey)}`,
    verifierKey,
    attributes,
  }
}
