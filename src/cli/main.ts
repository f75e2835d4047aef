/*
 * The command line. One file a command in `commands/`, each imported only when it is called; this file and those beside it
 * find the command, hand it the world (`World`) and turn its end into an exit code. It may import every room; heavy ones
 * only inside of a command's `run`, so that `--help` stays quick.
 */
import { secretsInAddress } from '../core/printable-url.ts'
import { Redactor } from '../logging/redactor.ts'
import { exitCodeOf } from './exit-codes.ts'
import { hidingSecrets, type World } from './io.ts'
import { Printer } from './printer.ts'
import { processIo } from './process-io.ts'
import { failureOf } from './system-failure.ts'

/**
 * Runs the command line and answers its exit code; nothing is thrown.
 * @param words - what stands behind the program's name.
 */
export async function main(words: readonly string[], world: World = processIo()): Promise<number> {
  const io = hidingSecrets(world, new Redactor())
  // Addresses are typed with keys in them, also where none belongs; what quotes a word back, quotes those too.
  for (const word of words)
    for (const secret of secretsInAddress(word.replace(/^--[a-z0-9-]+=/, ''))) io.hide(secret)
  try {
    const { runProgram } = await import('./program.ts')
    return await runProgram(words, io)
  } catch (thrown) {
    const error = failureOf(thrown)
    await new Printer(io, { json: words.includes('--json') }).failure(error)
    return exitCodeOf(error, words[0])
  }
}
