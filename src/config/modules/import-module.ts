import { fileURLToPath } from 'node:url'
import { EnergywebError, isEnergywebError, messageOf } from '../../core/errors.ts'
import { shareOwnPackage } from './own-package.ts'

/** What a module exports, by name. */
export type ModuleExports = Readonly<Record<string, unknown>>

/** A module that waits for something at its top level must not keep the gateway from starting for ever. */
const longestImport = 30_000

/**
 * Loads a module that {@link locateModule} found.
 * @throws EnergywebError `module-refused`, with file and line where they are known
 */
export async function importModule(address: string): Promise<ModuleExports> {
  shareOwnPackage()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(tooLate()), longestImport)
  try {
    return await Promise.race([import(address), late.promise])
  } catch (cause) {
    if (isEnergywebError(cause, 'module-refused')) throw cause
    const { name, hint } = describe(cause)
    throw new EnergywebError('module-refused', `${placeOf(cause, address)}: ${name}${messageOf(cause)}`, {
      hint,
      cause,
    })
  } finally {
    clearTimeout(timer)
  }
}

function tooLate(): EnergywebError {
  return new EnergywebError('module-refused', `it did not load within ${longestImport / 1_000} s`, {
    hint: 'Move work from the top level of the module into prepare() of a task.',
  })
}

function describe(cause: unknown): { name: string; hint: string } {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ERR_MODULE_NOT_FOUND') {
    return { name: '', hint: 'Install what the module imports, or correct the path in its import.' }
  }
  if (cause instanceof SyntaxError || code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') {
    return { name: 'SyntaxError: ', hint: 'Correct the module; TypeScript may hold only what can be erased.' }
  }
  const name = cause instanceof Error ? `${cause.name}: ` : ''
  return { name, hint: 'The module threw this while it was loaded: correct it.' }
}

/** `/…/my-task.ts:3` where the error tells the line: in the first line of its stack, or at the top of its calls. */
function placeOf(cause: unknown, address: string): string {
  const file = fileURLToPath(address)
  const stack = cause instanceof Error ? (cause.stack ?? '') : ''
  for (const spelled of [address, file]) {
    const at = stack.indexOf(`${spelled}:`)
    const line = at < 0 ? null : /^\d+/.exec(stack.slice(at + spelled.length + 1))
    if (line !== null) return `${file}:${line[0]}`
  }
  return file
}
