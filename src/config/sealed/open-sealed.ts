import { dirname, resolve } from 'node:path'
import { EnergywebError, isEnergywebError, messageOf } from '../../core/errors.ts'
import type { OpenerContext } from './opener.ts'
import { passphraseOpener } from './passphrase-opener.ts'
import { pkcs11Opener } from './pkcs11-opener.ts'
import { decryptBody, isDataKey } from './sealed-cipher.ts'
import { parseSealed, type SealedFile, sealedText } from './sealed-format.ts'
import type { OpenerKind, WrappedKey } from './sealed-header.ts'
import { systemdOpener } from './systemd-opener.ts'
import { tpmOpener } from './tpm-opener.ts'

/** A sealed configuration, open: only ever in memory. */
export interface OpenedSealed {
  readonly text: string
  readonly file: SealedFile
  /** Opens and seals the same file again; whoever is done with it overwrites it. */
  readonly dataKey: Uint8Array
  /** The opener that did it. */
  readonly by: OpenerKind
}

/** A person is asked only when nothing else opens it. */
const order: readonly OpenerKind[] = ['systemd', 'tpm', 'pkcs11', 'passphrase']

/**
 * Opens a sealed configuration by the first of its openers that does.
 * @param name - its path, as messages show it; passphrase files are looked for from its folder
 * @throws EnergywebError `config-invalid` for what was damaged or changed; `config-sealed`, naming each opener and why it does not open
 */
export async function openSealed(
  text: string,
  name: string,
  context: Omit<OpenerContext, 'folder'> = {},
): Promise<OpenedSealed> {
  const file = parseSealed(text, name)
  const { dataKey, by } = await dataKeyOf(file, name, { ...context, folder: dirname(resolve(name)) })
  const { salt } = file.header
  const plain = decryptBody(file.ciphertext, { dataKey, salt, preamble: file.preamble })
  try {
    return { text: sealedText(plain, name), file, dataKey, by }
  } finally {
    plain.fill(0)
  }
}

async function dataKeyOf(
  { header }: SealedFile,
  name: string,
  context: OpenerContext,
): Promise<{ dataKey: Uint8Array; by: OpenerKind }> {
  const refusals: EnergywebError[] = []
  const inOrder = header.openers.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  for (const wrapped of inOrder) {
    try {
      const dataKey = await unwrap(wrapped, context)
      if (!isDataKey(dataKey, header)) {
        throw new EnergywebError('config-sealed', 'it gives the key of another file')
      }
      return { dataKey, by: wrapped.kind }
    } catch (error) {
      context.signal?.throwIfAborted()
      if (!isEnergywebError(error) || error.code === 'aborted') throw error
      refusals.push(saying(describeOpener(wrapped), error))
    }
  }
  throw allRefused(name, refusals)
}

/** The data key, by whichever opener keeps it in this way. */
export function unwrap(wrapped: WrappedKey, context: OpenerContext): Promise<Uint8Array> {
  if (wrapped.kind === 'passphrase') return passphraseOpener.unwrap(wrapped, context)
  if (wrapped.kind === 'pkcs11') return pkcs11Opener.unwrap(wrapped, context)
  return wrapped.kind === 'tpm' ? tpmOpener.unwrap(wrapped, context) : systemdOpener.unwrap(wrapped, context)
}

/** What people know an opener by; never a secret. */
export function describeOpener(wrapped: WrappedKey): string {
  if (wrapped.kind === 'passphrase') return passphraseOpener.describe(wrapped)
  if (wrapped.kind === 'pkcs11') return pkcs11Opener.describe(wrapped)
  return wrapped.kind === 'tpm' ? tpmOpener.describe(wrapped) : systemdOpener.describe(wrapped)
}

function saying(opener: string, { code, message, hint, retryable, cause }: EnergywebError): EnergywebError {
  const options = { retryable, cause, ...(hint !== undefined && { hint }) }
  return new EnergywebError(code, `${opener}: ${message}`, options)
}

function allRefused(name: string, refusals: readonly EnergywebError[]): EnergywebError {
  const [only, ...more] = refusals
  const hint = refusals.map(refusal => refusal.hint).find(found => found !== undefined)
  const lines = more.length === 0 ? ` by its ${messageOf(only)}` : `\n${refusals.map(messageOf).join('\n')}`
  return new EnergywebError('config-sealed', `${name} can't be opened${lines}`, {
    hint: hint ?? 'Open it on the machine that it was sealed on, or by another of its openers.',
    retryable: refusals.some(({ retryable }) => retryable),
    cause: only,
  })
}
