import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { utf8 } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import { deriveKey, type ScryptCost } from '../../keys/index.ts'
import { givenSecret, placeWords } from './given-secret.ts'
import type { Opener } from './opener.ts'
import type { WrappedKey } from './sealed-header.ts'

/** 32 MiB three times over: what OWASP asks of scrypt, in the memory of the smallest gateway. */
const defaultCost: ScryptCost = { n: 2 ** 15, r: 8, p: 3 }

/** Where a passphrase is looked for without being told. */
export const passphraseVariable = 'ENERGYWEB_PASSPHRASE'

const places = {
  variable: passphraseVariable,
  credential: 'energyweb-passphrase',
  what: 'passphrase of the configuration',
} as const

const vouched = utf8('energyweb-sealed v1 passphrase')
const [nonceLength, tagLength] = [12, 16]

type Wrapped = Extract<WrappedKey, { kind: 'passphrase' }>

/** A data key, kept under a passphrase. */
export async function wrapByPassphrase(
  dataKey: Uint8Array,
  passphrase: string,
  { from, cost = defaultCost }: { from?: Wrapped['from']; cost?: ScryptCost } = {},
): Promise<Wrapped> {
  if (passphrase === '') {
    throw new EnergywebError('argument-invalid', 'the passphrase is empty', {
      hint: 'Five or six words that nobody would guess are good.',
    })
  }
  const salt = randomBytes(32)
  const key = await deriveKey(passphrase, { kdf: 'scrypt', ...cost, salt })
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(vouched)
  const wrapped = Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
  key.fill(0)
  return {
    kind: 'passphrase',
    ...(from && { from }),
    key: wrapped,
    n: cost.n,
    p: cost.p,
    r: 8,
    salt,
  }
}

/** Opens by a passphrase, which comes from the environment, a systemd credential, where the header says, or a person. */
export const passphraseOpener: Opener<'passphrase'> = {
  async unwrap({ key: wrapped, n, p, r, salt, from }, context) {
    const passphrase = await givenSecret({ ...places, from }, context)
    context.addSecret?.(passphrase)
    const options = context.signal === undefined ? {} : { signal: context.signal }
    const key = await deriveKey(passphrase, { kdf: 'scrypt', n, p, r, salt }, options)
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, nonceLength), {
        authTagLength: tagLength,
      })
      decipher.setAAD(vouched)
      decipher.setAuthTag(wrapped.subarray(-tagLength))
      const dataKey = decipher.update(wrapped.subarray(nonceLength, -tagLength))
      decipher.final()
      return dataKey
    } catch (cause) {
      throw new EnergywebError('config-sealed', 'the passphrase does not open it', {
        hint: 'Mind the keyboard, and a line end too many.',
        cause,
      })
    } finally {
      key.fill(0)
    }
  },
  describe: ({ from }) => (from === undefined ? 'passphrase' : `passphrase, ${placeWords(from)}`),
}
