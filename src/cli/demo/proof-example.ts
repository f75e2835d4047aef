import type { LogReader } from '../../storage/index.ts'
import { openConfig } from '../configuration.ts'
import { withLog } from '../data-folder.ts'
import type { CommandIo } from '../io.ts'
import { logKeyOf } from '../log-key.ts'
import { shellWord } from '../shell-word.ts'

const asset = 'roof'
const page = 500

/**
 * The two commands that prove what the demonstration has read and check the proof, with times that it really has; none when
 * there were too few readings.
 */
export async function proofExample(
  { config, file }: { readonly config: string; readonly file: string },
  io: CommandIo,
): Promise<readonly string[]> {
  const opened = await openConfig(config, io)
  const times = await withLog(opened.data, async log => countedTimes(log))
  // The last one shows that nothing of the period is missing.
  const [from, to] = [times[0], times.at(-2)]
  if (from === undefined || to === undefined || from >= to) return []
  const key = await logKeyOf(opened, io)
  return [
    'Prove it to somebody who trusts nobody but the key of the log:',
    `  npx energyweb prove ${asset} --from ${from} --to ${to} --config ${shellWord(config)} --out ${shellWord(file)} --force`,
    `  npx energyweb verify ${shellWord(file)} --key ${shellWord(key)}`,
  ]
}

/** When the asset's counted readings were measured, in the order of the log. */
function countedTimes(log: LogReader): readonly string[] {
  const times: string[] = []
  for (const entries of log.pages({ stream: asset, size: page })) {
    for (const { kind, document } of entries) {
      if (kind !== 'reading' || document?.status !== 'counted') continue
      if (typeof document.measuredAt === 'string') times.push(document.measuredAt)
    }
  }
  return times
}
