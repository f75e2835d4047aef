import { randomBytes } from 'node:crypto'
import { pinVariable, wrapByToken } from '../../config/sealed/pkcs11-opener.ts'
import type { Wrap } from '../../config/sealed/seal-text.ts'
import { trustedLibrary } from '../../config/sealed/trusted-library.ts'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import type { KeyName, TokenPlace } from '../../keys/index.ts'
import type { CommandContext } from '../command.ts'
import type { Printer } from '../printer.ts'
import { type GivenToken, tokenPlace } from '../token-options.ts'
import { secretReference } from './secret-reference.ts'

/** A token as a command line asks for it, and whether its key is to be made first. */
export interface GivenTokenKey extends GivenToken {
  readonly generate: boolean
}

/** How a new sealed file keeps its key by a token. */
export interface TokenWrap {
  readonly wrap: Wrap
  /** When the sealing has failed: takes a key away again that was made for it, or says which one stays. */
  takeBack(): Promise<void>
  /** What opens it again without asking anybody. */
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Keeps the key by one that lives in a token, which is made there if that is asked for.
 * @throws EnergywebError `argument-invalid`; `config-sealed` for a library that could not be loaded again; as `openTokenKey`
 */
export async function tokenWrap(
  given: GivenTokenKey,
  { io, printer, folder }: CommandContext & { readonly folder: string },
): Promise<TokenWrap> {
  const { label, id, generate } = given
  const key = keyName(given)
  const place = await tokenPlace(given, io)
  // Whoever opens the file loads it by that name: a bad one is refused before anything is made.
  await trustedLibrary(place.library, folder)
  let made: NewKey | undefined
  const wrap: Wrap = async dataKey => {
    if (generate && label !== undefined) {
      const { newWrappingKey } = await import('../../keys/index.ts')
      const own = { label, id: id?.toLowerCase() ?? randomBytes(8).toString('hex') }
      // An id drawn by chance names no other key: one that the token made without saying so can be looked for.
      if (id === undefined) made = own
      await newWrappingKey(place, own)
      made = own
      await printer.note('There is no copy of this key: when the token is lost, another opener is needed.')
    }
    const from = secretReference({ env: given.pinEnv, file: given.pinFile }, { cwd: io.cwd, folder })
    return wrapByToken(dataKey, { place, key, ...(from && { from }) })
  }
  const takeBack = async () => {
    if (made !== undefined) await removeMade(place, made, printer)
  }
  return { wrap, takeBack, environment: { [pinVariable]: place.pin } }
}

interface NewKey {
  readonly label: string
  readonly id: string
}

/** The sealing has failed already, for another reason: what fails here is told beside it. */
async function removeMade(place: TokenPlace, key: NewKey, printer: Printer): Promise<void> {
  const { removeWrappingKey } = await import('../../keys/index.ts')
  try {
    const isGone = await removeWrappingKey(place, key)
    if (isGone)
      await printer.note(`The key ${key.label} that was made for it was taken out of the token again.`)
  } catch (error) {
    const where = `in the token ${place.token ?? place.serial}`
    await printer.warning(
      `the key ${key.label} (id ${key.id}) that was made for it stays ${where}, where nothing needs it: ${messageOf(error)}`,
    )
  }
}

function keyName({ label, id, generate }: GivenTokenKey): KeyName {
  if (generate && label === undefined) {
    throw new EnergywebError('argument-invalid', 'a key that is made needs a label', {
      hint: 'Give --label.',
    })
  }
  if (label === undefined && id === undefined) {
    throw new EnergywebError('argument-invalid', 'which key of the token is meant is not said', {
      hint: 'Give --label; with --generate it is made in the token.',
    })
  }
  if (id !== undefined && !/^([0-9a-fA-F]{2}){1,64}$/.test(id)) {
    throw new EnergywebError('argument-invalid', `"${id}" is no id of a key`, {
      hint: 'It is hex digits, two for a byte.',
    })
  }
  return { ...(label !== undefined && { label }), ...(id !== undefined && { id: id.toLowerCase() }) }
}
