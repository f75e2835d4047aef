import { randomBytes } from 'node:crypto'
import { utf8 } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import { commitmentOf, dataKeyLength, encryptBody } from './sealed-cipher.ts'
import { formatSealed, longestSealed, preambleOf } from './sealed-format.ts'
import type { SealedHeader, WrappedKey } from './sealed-header.ts'

/** Keeps a data key in one way. */
export type Wrap = (dataKey: Uint8Array) => Promise<WrappedKey>

export interface SealOptions {
  readonly format: SealedHeader['format']
  /** See `nextEdition`; default none, which is older than every edition. */
  readonly edition?: number
  /** Source of keys and salts; default the machine's. */
  readonly random?: (length: number) => Uint8Array
}

/**
 * Seals a text under a new data key.
 * @param wraps - each of them will open it
 * @throws EnergywebError as they do
 */
export async function sealText(
  text: string,
  wraps: readonly Wrap[],
  { random = randomBytes, ...options }: SealOptions,
): Promise<string> {
  const dataKey = random(dataKeyLength)
  try {
    const openers: WrappedKey[] = []
    for (const wrap of wraps) openers.push(await wrap(dataKey))
    return sealAgain(text, { ...options, dataKey, openers, random })
  } finally {
    dataKey.fill(0)
  }
}

/** Seals a text under a data key that its openers keep already: none of them has to be at hand, or has to be asked. */
export function sealAgain(
  text: string,
  {
    dataKey,
    openers,
    format,
    edition,
    random = randomBytes,
  }: SealOptions & { readonly dataKey: Uint8Array; readonly openers: readonly WrappedKey[] },
): string {
  const salt = Buffer.from(random(32))
  const header: SealedHeader = {
    cipher: 'aes-256-gcm',
    commitment: commitmentOf(dataKey, salt),
    ...(edition !== undefined && { edition }),
    format,
    openers: [...openers],
    salt,
  }
  const preamble = preambleOf(header)
  const plain = utf8(text)
  const sealed = formatSealed({ preamble, ciphertext: encryptBody(plain, { dataKey, salt, preamble }) })
  plain.fill(0)
  if (sealed.length <= longestSealed) return sealed
  throw new EnergywebError(
    'config-invalid',
    `the configuration is too long to be sealed: ${text.length} characters`,
  )
}
