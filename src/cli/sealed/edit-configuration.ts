import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkConfig } from '../../config/check-config.ts'
import { configInvalid, formatProblem } from '../../config/problem.ts'
import { readText } from '../../config/read-text.ts'
import { nextEdition } from '../../config/sealed/edition.ts'
import { type OpenedSealed, openSealed } from '../../config/sealed/open-sealed.ts'
import {
  makePrivateFolder,
  removePrivateFolder,
  removeStaleFolders,
} from '../../config/sealed/private-folder.ts'
import { sealAgain } from '../../config/sealed/seal-text.ts'
import { decryptBody } from '../../config/sealed/sealed-cipher.ts'
import { isSealed, longestSealed, parseSealed } from '../../config/sealed/sealed-format.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { CommandContext } from '../command.ts'
import { openingFor } from '../configuration.ts'
import { lockForChange } from './change-lock.ts'
import { guardFolder } from './memory-guard.ts'
import { placeSealed } from './place-sealed.ts'
import { runEditor } from './run-editor.ts'
import { swapWarning } from './swap.ts'

/** No person reads a file in less, ms: an editor that ends so soon has left the work to a process of its own. */
const tooQuick = 1_000
const waitingHint =
  'The editor ended at once. One that opens a window and does not wait for it needs to be told to: code --wait, subl --wait, gvim -f.'

/**
 * Opens a sealed configuration in an editor, checks what comes of it, and seals it again for the same openers.
 * @throws EnergywebError `config-locked` while somebody else changes it
 */
export async function editConfiguration(file: string, context: CommandContext): Promise<undefined> {
  const signal = context.io.interruption()
  await removeStaleFolders(context.io.env)
  mustBeSealed(await readText(file, longestSealed), file)
  const unlock = await lockForChange(file)
  try {
    return await editLocked(file, { ...context, signal })
  } finally {
    await unlock()
  }
}

function mustBeSealed(text: string, file: string): void {
  if (isSealed(text)) return
  throw new EnergywebError('argument-invalid', `${file} is not sealed`, {
    hint: 'Edit it with any editor, or seal it first: energyweb config seal.',
  })
}

async function editLocked(
  file: string,
  { io, printer, signal }: CommandContext & { readonly signal: AbortSignal },
): Promise<undefined> {
  const before = await readText(file, longestSealed)
  mustBeSealed(before, file)
  const warning = await swapWarning()
  if (warning !== undefined) await printer.warning(warning)
  const opened = await openSealed(before, file, openingFor(io))
  try {
    const began = performance.now()
    const text = await edited(opened, { file, io, printer, signal })
    if (text === opened.text) {
      // Its window may be open still, over a file that is gone.
      if (performance.now() - began < tooQuick) await printer.note(waitingHint)
      await printer.data({ file, changed: false }, 'nothing was changed')
      return undefined
    }
    await replace(file, { before, text, opened, now: io.clock.now() })
    await printer.data({ file, changed: true }, `sealed ${file} anew`)
    return undefined
  } finally {
    opened.dataKey.fill(0)
  }
}

interface EditOptions extends CommandContext {
  readonly file: string
  readonly signal: AbortSignal
}

/** What an editor made of the text. The file that it sees is in memory, and gone when this returns. */
async function edited({ text, file: sealed }: OpenedSealed, options: EditOptions): Promise<string> {
  const { io, signal } = options
  const folder = await makePrivateFolder('edit', io.env)
  const guard = guardFolder(folder)
  try {
    const json = sealed.header.format === 'json'
    const path = join(folder, json ? 'energyweb.json' : 'energyweb.yml')
    await writeFile(path, text, { mode: 0o600, flag: 'wx' })
    for (;;) {
      await runEditor(path, { folder, environment: io.env, signal })
      const now = await readFile(path, 'utf8')
      if (now === text || (await isGood(now, { ...options, json }))) return now
    }
  } finally {
    await removePrivateFolder(folder)
    await guard.end()
  }
}

/** False when a person wants to go on editing. @throws EnergywebError `config-invalid` when nobody does */
async function isGood(
  text: string,
  { file, json, io, printer }: EditOptions & { readonly json: boolean },
): Promise<boolean> {
  const { errors } = await checked(file, text, { json, io })
  if (errors.length === 0) return true
  if (io.prompts === undefined) throw configInvalid(`${file}, which was not changed,`, errors)
  for (const problem of errors) await printer.note(formatProblem(problem))
  const { confirm } = await io.prompts()
  if (await confirm({ message: 'It is not right yet. Go on editing?', preset: true })) return false
  throw new EnergywebError('aborted', `${file} was not changed`)
}

async function checked(
  file: string,
  text: string,
  { json, io }: { json: boolean; io: CommandContext['io'] },
) {
  try {
    return await checkConfig(file, { environment: io.env, text, json, isSealed: true })
  } catch (error) {
    if (!(error instanceof EnergywebError) || error.code !== 'config-invalid') throw error
    // What is no YAML at all has no other place.
    return { errors: [{ file, line: 1, column: 1, path: '', message: error.message }] }
  }
}

/** @throws EnergywebError `argument-invalid` when somebody else has changed the file in the meantime */
async function replace(
  file: string,
  { before, text, opened, now }: { before: string; text: string; opened: OpenedSealed; now: number },
): Promise<void> {
  const { dataKey, file: sealed } = opened
  const { openers, format } = sealed.header
  const edition = nextEdition([sealed.header.edition], now)
  const anew = sealAgain(text, { dataKey, openers, format, edition })
  await placeSealed(file, anew, async written => {
    const { header, preamble, ciphertext } = parseSealed(written, file)
    if (decryptBody(ciphertext, { dataKey, salt: header.salt, preamble }).toString('utf8') !== text) {
      throw new EnergywebError('internal', 'what was sealed anew does not open')
    }
    if ((await readText(file, longestSealed)) === before) return
    throw new EnergywebError('argument-invalid', `${file} was changed by somebody else in the meantime`, {
      hint: 'Edit it again; what you typed was not kept.',
    })
  })
}
