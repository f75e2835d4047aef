import { relative, resolve } from 'node:path'
import type { SecretPlace } from '../secret-input.ts'

/**
 * Where a passphrase or PIN will be looked for, as a header keeps it: there is no other way for a gateway that nobody attends
 * to. Undefined where it was typed.
 */
export function secretReference(
  { env, file }: SecretPlace,
  { cwd, folder }: { readonly cwd: string; readonly folder: string },
): { env: string } | { file: string } | undefined {
  if (env !== undefined) return { env }
  if (file === undefined) return undefined
  const path = resolve(cwd, file)
  const way = relative(folder, path)
  return { file: way.startsWith('..') ? path : `./${way}` }
}
