// Writes the reference of the command line from the definitions of the commands.
import { cliReference } from '../src/cli/reference.ts'
import { writeGenerated } from './write-generated.ts'

/**
 * Brings the page up to date; with `check`, only says whether it is not.
 * @returns the paths that differed, from the project's root
 */
export async function generateCli({ check }: { check: boolean }): Promise<string[]> {
  return writeGenerated([['docs/cli.md', await cliReference()]], { check })
}
