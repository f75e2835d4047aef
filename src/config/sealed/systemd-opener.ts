import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EnergywebError } from '../../core/errors.ts'
import type { Opener, OpenerContext } from './opener.ts'
import { outputOf } from './run-program.ts'
import { dataKeyLength } from './sealed-cipher.ts'
import type { WrappedKey } from './sealed-header.ts'

type Wrapped = Extract<WrappedKey, { kind: 'systemd' }>

/** The name inside the credential, and that under which a unit hands it over: systemd compares the two. */
export const keyCredential = 'energyweb-key'

const common = { package: 'systemd' }

/** A data key as an encrypted credential of systemd. */
export async function wrapBySystemd(
  dataKey: Uint8Array,
  {
    with: key = 'auto',
    ...context
  }: Pick<OpenerContext, 'environment' | 'signal'> & { with?: Wrapped['with'] },
): Promise<Wrapped> {
  const { environment, signal } = context
  const words = ['encrypt', `--name=${keyCredential}`, `--with-key=${key}`, '-', '-']
  const output = await outputOf('systemd-creds', {
    ...common,
    arguments: words,
    input: dataKey,
    environment,
    signal,
  })
  return {
    kind: 'systemd',
    credential: Buffer.from(output.toString('latin1').replace(/\s/g, ''), 'base64'),
    with: key,
  }
}

/** Opens by the key that systemd handed to this service, or as root by `systemd-creds` itself. */
export const systemdOpener: Opener<'systemd'> = {
  async unwrap({ credential }, { environment = process.env, signal }) {
    const handed = await handedOver(environment)
    if (handed !== undefined) return handed
    try {
      return await outputOf('systemd-creds', {
        ...common,
        arguments: ['decrypt', `--name=${keyCredential}`, '-', '-'],
        input: Buffer.from(credential.toString('base64')),
        environment,
        signal,
      })
    } catch (cause) {
      if (!(cause instanceof EnergywebError) || cause.code !== 'config-sealed') throw cause
      const hint =
        process.getuid?.() === 0
          ? 'Another machine sealed it, or its key of credentials is gone.'
          : `Only root opens it: let the unit hand it over, with SetCredentialEncrypted=${keyCredential}.`
      throw new EnergywebError('config-sealed', cause.message, { hint, cause })
    }
  },
  describe: ({ with: key }) => `systemd credential, with key ${key}`,
}

async function handedOver({
  CREDENTIALS_DIRECTORY: folder,
}: NonNullable<OpenerContext['environment']>): Promise<Buffer | undefined> {
  if (folder === undefined || folder === '') return undefined
  try {
    const key = await readFile(join(folder, keyCredential))
    if (key.length === dataKeyLength) return key
  } catch {
    // The service has other credentials only.
    return undefined
  }
  throw new EnergywebError('config-sealed', `the credential ${keyCredential} is no key of a configuration`)
}
