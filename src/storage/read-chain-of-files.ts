import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { longestChainFile } from '../core/chain-file.ts'
import type { NamedFile } from '../proof/chain-of-files.ts'

/**
 * The files of a folder, sorted by name as a chain's are, each read when it is asked for. What is too large for a file of a
 * chain comes empty, which makes it malformed. What the system refuses is thrown as it is.
 */
export function* readChainOfFiles(folder: string): Generator<NamedFile> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name)
    const { size } = statSync(path)
    if (!statSync(path).isFile()) continue
    yield { name, bytes: size > longestChainFile ? new Uint8Array(0) : readFileSync(path) }
  }
}
