import type { CommandIo } from './io.ts'

/** What is typed to call this program again: npx does not put it where a shell finds it. */
export function programName({ env }: Pick<CommandIo, 'env'>): string {
  return env.npm_command === 'exec' ? 'npx energyweb' : 'energyweb'
}
