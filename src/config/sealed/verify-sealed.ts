import { dirname, resolve } from 'node:path'
import { EnergywebError } from '../../core/errors.ts'
import { describeOpener, unwrap } from './open-sealed.ts'
import type { OpenerContext } from './opener.ts'
import { decryptBody, isDataKey } from './sealed-cipher.ts'
import { parseSealed } from './sealed-format.ts'

/**
 * Makes sure that every opener of a sealed configuration opens it, and to which text; only then may the plain one go.
 * @param plain - what was sealed
 * @throws EnergywebError `config-sealed`, naming the opener that does not
 */
export async function verifySealed(
  sealed: string,
  plain: string,
  { name, ...given }: Omit<OpenerContext, 'folder'> & { readonly name: string },
): Promise<void> {
  const { header, preamble, ciphertext } = parseSealed(sealed, name)
  const context = { ...given, folder: dirname(resolve(name)) }
  for (const wrapped of header.openers) {
    const dataKey = await unwrap(wrapped, context)
    const isSame =
      isDataKey(dataKey, header) &&
      decryptBody(ciphertext, { dataKey, salt: header.salt, preamble }).equals(Buffer.from(plain))
    dataKey.fill(0)
    if (isSame) continue
    throw new EnergywebError(
      'config-sealed',
      `${describeOpener(wrapped)} does not open what it has just sealed`,
    )
  }
}
