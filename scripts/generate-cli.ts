// Writes the reference of the command line from the definitions of the commands.
import { readFile, writeFile } from 'node:fs/promises'
import { cliReference } from '../src/cli/reference.ts'

const path = 'docs/cli.md'
const file = new URL(`../${path}`, import.meta.url)

/**
 * Brings the page up to date; with `check`, only says whether it is not.
 * @returns the paths that differed, from the project's root
 */
export async function generateCli({ check }: { check: boolean }): Promise<string[]> {
  const content = await cliReference()
  const known = await readFile(file, 'utf8').catch(() => undefined)
  if (known === content) return []
  if (!check) await writeFile(file, content)
  return [path]
}
