import { relative, resolve } from 'node:path'
import { parseOpener } from '../../config/sealed/opener-word.ts'
import { wrapByPassphrase } from '../../config/sealed/passphrase-opener.ts'
import type { Wrap } from '../../config/sealed/seal-text.ts'
import { wrapBySystemd } from '../../config/sealed/systemd-opener.ts'
import { wrapByTpm } from '../../config/sealed/tpm-opener.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { CommandContext } from '../command.ts'
import { warnOfWeakness } from '../key-face.ts'
import { readSecret } from '../secret-input.ts'

/** The openers that a command line asks for. */
export interface GivenOpeners {
  readonly to: readonly string[]
  readonly passphraseEnv: string | undefined
  readonly passphraseFile: string | undefined
}

/** How a new sealed file keeps its key. */
export interface Wraps {
  readonly wraps: readonly Wrap[]
  /** What was given as one. */
  readonly passphrase: string | undefined
}

/**
 * What keeps the key, as it was asked for. A passphrase is typed twice.
 * @throws EnergywebError `argument-invalid`, `secret-unavailable`
 */
export async function wrapsFor(
  given: GivenOpeners,
  { io, printer, folder }: CommandContext & { readonly folder: string },
): Promise<Wraps> {
  const words = given.to.map(parseOpener)
  if (words.length === 0) {
    throw new EnergywebError('argument-invalid', 'nothing is said that opens it', {
      hint: 'Say --to passphrase, --to tpm or --to systemd; several are each enough.',
    })
  }
  const wantsPassphrase = words.some(({ kind }) => kind === 'passphrase')
  const passphrase = wantsPassphrase ? await passphraseOf(given, { io, printer }) : undefined
  const from = referenceOf(given, { io, folder })
  const context = { environment: io.env }
  const wraps = words.map((word): Wrap => {
    if (word.kind === 'tpm') return key => wrapByTpm(key, { ...context, pcrs: word.pcrs })
    if (word.kind === 'systemd') return key => wrapBySystemd(key, { ...context, with: word.with })
    return key => wrapByPassphrase(key, passphrase ?? '', from === undefined ? {} : { from })
  })
  return { wraps, passphrase }
}

async function passphraseOf(
  { passphraseEnv, passphraseFile }: GivenOpeners,
  { io, printer }: CommandContext,
): Promise<string> {
  const place = { env: passphraseEnv, file: passphraseFile }
  const options = '--passphrase-env or --passphrase-file'
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

/** Where the passphrase will be looked for: there is no other way for a gateway that nobody attends to. */
function referenceOf(
  { passphraseEnv, passphraseFile }: GivenOpeners,
  { io, folder }: Pick<CommandContext, 'io'> & { readonly folder: string },
): { env: string } | { file: string } | undefined {
  if (passphraseEnv !== undefined) return { env: passphraseEnv }
  if (passphraseFile === undefined) return undefined
  const path = resolve(io.cwd, passphraseFile)
  const way = relative(folder, path)
  return { file: way.startsWith('..') ? path : `./${way}` }
}
