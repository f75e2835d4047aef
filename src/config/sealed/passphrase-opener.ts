import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { utf8 } from '../../core/bytes.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { deriveKey, type ScryptCost } from '../../keys/index.ts'
import { resolveSecret } from '../secrets.ts'
import type { Opener, OpenerContext } from './opener.ts'
import type { WrappedKey } from './sealed-header.ts'

/** 32 MiB three times over: what OWASP asks of scrypt, in the memory of the smallest gateway. */
const defaultCost: ScryptCost = { n: 2 ** 15, r: 8, p: 3 }

/** Where a passphrase is looked for without being told, in this order. */
export const passphraseVariable = 'ENERGYWEB_PASSPHRASE'
/** The name of a systemd credential that holds the passphrase. */
export const passphraseCredential = 'energyweb-passphrase'

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
    const passphrase = await passphraseFor(from, context)
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
  describe: ({ from }) => {
    if (from === undefined) return 'passphrase'
    return 'env' in from ? `passphrase, in the variable ${from.env}` : `passphrase, in the file ${from.file}`
  },
}

async function passphraseFor(from: Wrapped['from'], context: OpenerContext): Promise<string> {
  const { environment = process.env, ask } = context
  const given = environment[passphraseVariable]
  if (given !== undefined && given !== '') return given
  const place = (await credential(environment)) ?? from
  if (place !== undefined) {
    try {
      const reference = 'file' in place ? { file: resolve(context.folder, place.file) } : place
      return await resolveSecret(reference, { environment, where: 'the passphrase of the configuration' })
    } catch (error) {
      // A person may know what is not there.
      if (ask === undefined || !isEnergywebError(error, 'secret-unavailable')) throw error
    }
  }
  if (ask !== undefined) return ask('passphrase of the configuration: ')
  throw new EnergywebError('config-sealed', 'nobody is there to ask for the passphrase', {
    hint: `Set ${passphraseVariable}, or let systemd hand it over as the credential ${passphraseCredential}.`,
  })
}

async function credential({
  CREDENTIALS_DIRECTORY: folder,
}: NonNullable<OpenerContext['environment']>): Promise<{ file: string } | undefined> {
  if (folder === undefined || folder === '') return undefined
  const file = join(folder, passphraseCredential)
  try {
    await access(file)
    return { file }
  } catch {
    // The service has other credentials only.
    return undefined
  }
}
