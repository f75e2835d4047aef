import { type OpenerWord, parseOpener } from '../../config/sealed/opener-word.ts'
import { passphraseVariable, wrapByPassphrase } from '../../config/sealed/passphrase-opener.ts'
import type { Wrap } from '../../config/sealed/seal-text.ts'
import { wrapBySystemd } from '../../config/sealed/systemd-opener.ts'
import { wrapByTpm } from '../../config/sealed/tpm-opener.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { CommandContext } from '../command.ts'
import { warnOfWeakness } from '../key-face.ts'
import { readSecret } from '../secret-input.ts'
import { type GivenTokenKey, tokenWrap } from './given-token.ts'
import { secretReference } from './secret-reference.ts'

/** The openers that a command line asks for. */
export interface GivenOpeners extends GivenTokenKey {
  readonly to: readonly string[]
  readonly passphraseEnv: string | undefined
  readonly passphraseFile: string | undefined
}

/** How a new sealed file keeps its key. */
export interface Wraps {
  readonly wraps: readonly Wrap[]
  /** What opens it again without asking anybody. */
  readonly environment: Readonly<Record<string, string>>
  /** Takes back what was made for it elsewhere, when the sealing has failed. */
  takeBack(): Promise<void>
}

/**
 * What keeps the key, as it was asked for. A passphrase is typed twice.
 * @throws EnergywebError `argument-invalid`, `secret-unavailable`
 */
export async function wrapsFor(
  given: GivenOpeners,
  { io, printer, folder }: CommandContext & { readonly folder: string },
): Promise<Wraps> {
  const words = wordsOf(given)
  if (words.length === 0) {
    throw new EnergywebError('argument-invalid', 'nothing is said that opens it', {
      hint: 'Say --to passphrase, --to tpm, --to systemd or --pkcs11; several are each enough.',
    })
  }
  const wantsPassphrase = words.some(({ kind }) => kind === 'passphrase')
  const passphrase = wantsPassphrase ? await passphraseOf(given, { io, printer }) : undefined
  const token = words.some(({ kind }) => kind === 'pkcs11')
    ? await tokenWrap(given, { io, printer, folder })
    : undefined
  const place = { env: given.passphraseEnv, file: given.passphraseFile }
  const from = secretReference(place, { cwd: io.cwd, folder })
  const context = { environment: io.env }
  const wraps = words.map((word): Wrap => {
    if (word.kind === 'tpm') return key => wrapByTpm(key, { ...context, pcrs: word.pcrs })
    if (word.kind === 'pkcs11' && token !== undefined) return token.wrap
    if (word.kind === 'systemd') return key => wrapBySystemd(key, { ...context, with: word.with })
    return key => wrapByPassphrase(key, passphrase ?? '', from === undefined ? {} : { from })
  })
  const environment = { ...(passphrase !== undefined && { [passphraseVariable]: passphrase }) }
  const takeBack = async () => token?.takeBack()
  return { wraps, takeBack, environment: { ...environment, ...token?.environment } }
}

/** Who names a library wants its token to open the file, also without saying so once more. */
function wordsOf({ to, pkcs11 }: GivenOpeners): readonly OpenerWord[] {
  const words = to.map(parseOpener)
  const tokens = words.filter(({ kind }) => kind === 'pkcs11').length
  if (tokens > 1) throw new EnergywebError('argument-invalid', 'one token can open a file, not several')
  return pkcs11 === undefined || tokens === 1 ? words : [...words, { kind: 'pkcs11' }]
}

async function passphraseOf(
  { passphraseEnv, passphraseFile }: GivenOpeners,
  { io, printer }: CommandContext,
): Promise<string> {
  // Where it is looked for afterwards is a place to give it, too.
  const isSet = passphraseFile === undefined && (io.env[passphraseVariable] ?? '') !== ''
  const place = { env: passphraseEnv ?? (isSet ? passphraseVariable : undefined), file: passphraseFile }
  const options = `--passphrase-env or --passphrase-file, or set ${passphraseVariable}`
  const passphrase = await readSecret('passphrase', place, { io, options, twice: true })
  io.hide(passphrase)
  await warnOfWeakness(printer, passphrase, 'sealed file')
  if (passphraseFile !== undefined) {
    await printer.warning(
      `whoever has ${passphraseFile} opens the configuration: keep it off the disk that must show nothing`,
    )
  }
  return passphrase
}
