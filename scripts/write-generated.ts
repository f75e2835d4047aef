import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

const root = new URL('../', import.meta.url)

/**
 * Brings generated files up to date; with `check`, only says which are not.
 * @param files - their content by their path from the project's root
 * @returns the paths that differed
 */
export async function writeGenerated(
  files: Iterable<readonly [path: string, content: string]>,
  { check }: { check: boolean },
): Promise<string[]> {
  const stale: string[] = []
  for (const [path, content] of files) {
    const known = await readFile(new URL(path, root), 'utf8').catch(() => undefined)
    if (known === content) continue
    stale.push(path)
    if (check) continue
    await mkdir(new URL(dirname(path), root), { recursive: true })
    await writeFile(new URL(path, root), content)
  }
  return stale
}
