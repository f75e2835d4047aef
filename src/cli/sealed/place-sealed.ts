import { readFile } from 'node:fs/promises'
import type { OpenConfigContext } from '../../config/config-source.ts'
import { passphraseVariable } from '../../config/sealed/passphrase-opener.ts'
import { verifySealed } from '../../config/sealed/verify-sealed.ts'
import { openOutputFile } from '../output-file.ts'

export interface PlaceOptions extends OpenConfigContext {
  /** What was sealed. */
  readonly plain: string
  /** The file as messages show it. */
  readonly name: string
  /** The passphrase that was given for it. */
  readonly passphrase: string | undefined
}

/**
 * Puts a sealed configuration in its place, durably, and only once what was written has been opened by every opener.
 * @throws EnergywebError `config-sealed`; nothing has changed then
 */
export async function placeSealed(path: string, sealed: string, options: PlaceOptions): Promise<void> {
  const { plain, passphrase, environment = process.env, ...context } = options
  const file = await openOutputFile(path)
  try {
    await file.write(sealed)
    await verifySealed(await readFile(`${path}.new`, 'utf8'), plain, {
      ...context,
      environment:
        passphrase === undefined ? environment : { ...environment, [passphraseVariable]: passphrase },
    })
    await file.keep()
  } finally {
    await file.drop()
  }
}
