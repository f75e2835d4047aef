/**
 * Writes docs/cli.md from the definitions of the commands. A test fails when the two differ; then run
 * `node scripts/generate-cli.ts`.
 */
import { writeFile } from 'node:fs/promises'
import { cliReference } from '../src/cli/reference.ts'

await writeFile(new URL('../docs/cli.md', import.meta.url), await cliReference())
