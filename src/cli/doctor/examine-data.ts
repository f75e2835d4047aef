import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ResolvedConfig } from '../../config/check-config.ts'
import { isEnergywebError } from '../../core/errors.ts'
import { spanInWords } from '../../core/span-in-words.ts'
import { formatInstant } from '../../core/time.ts'
import { checkpointName, checkTail } from '../../storage/index.ts'
import { mustBeWritable } from '../data-folder.ts'
import { failureOf } from '../system-failure.ts'
import { bad, doubtful, type Finding, failed, good } from './finding.ts'

const hour = 3_600_000
/** So many intervals without a checkpoint are no accident any more. */
const missedCheckpoints = 4
const quarter = hour / 4
/** An entry this far ahead of the clock was written under another time. */
const mostAhead = 60_000

/** The data folder: whose it is, its log's tail, its checkpoints. */
export async function examineData(
  config: ResolvedConfig,
  { now, running }: { now: number; running: boolean },
): Promise<readonly Finding[]> {
  const { data } = config
  const found = await stat(data).catch(() => undefined)
  if (found === undefined) {
    return [doubtful(`there is no data folder ${data} yet`, 'The first run makes it: energyweb run')]
  }
  return [
    ...owner(data, found),
    ...(await writable(data)),
    ...(await tail(data, now)),
    ...(await checkpoint(config, { now, running })),
  ]
}

function owner(data: string, { uid, mode }: { uid: number; mode: number }): readonly Finding[] {
  const mine = process.getuid?.()
  return [
    ...(mine === undefined || mine === uid || mine === 0
      ? []
      : [
          doubtful(
            `the data folder belongs to user ${uid}, this is ${mine}`,
            'Run every command as that user.',
          ),
        ]),
    ...(mine !== 0 || uid === 0
      ? []
      : [
          doubtful(
            `root looks at a data folder of user ${uid}`,
            `Files that root makes stop its gateway: sudo -u '#${uid}' energyweb …`,
          ),
        ]),
    ...((mode & 0o007) === 0 || process.platform === 'win32'
      ? []
      : [doubtful(`everybody on this machine may look into ${data}`, `chmod o-rwx ${data}`)]),
  ]
}

async function writable(data: string): Promise<readonly Finding[]> {
  try {
    await mustBeWritable(data)
    return [good(`the data folder ${data} can be written`)]
  } catch (error) {
    return [failed('the data folder', failureOf(error))]
  }
}

async function tail(data: string, now: number): Promise<readonly Finding[]> {
  try {
    const { size, verified, newest } = await checkTail({ folder: data })
    const ahead = (newest ?? now) - now
    return [
      good(`the log has ${size} entries; the newest ${verified} are what was written`),
      ...(newest === undefined || ahead <= mostAhead
        ? []
        : [
            bad(
              `the log's newest entry is of ${formatInstant(newest)}, ahead of this machine's clock by ${spanInWords(ahead / hour)}`,
              'Set the clock before the gateway runs on: timedatectl',
            ),
          ]),
    ]
  } catch (error) {
    const missing = isEnergywebError(error, 'log-io') && error.message.startsWith('there is no log')
    if (missing) return [doubtful(error.message, 'The first run makes it: energyweb run')]
    return [failed('the log', failureOf(error))]
  }
}

async function checkpoint(
  { data, log }: ResolvedConfig,
  { now, running }: { now: number; running: boolean },
): Promise<readonly Finding[]> {
  if (log?.key === undefined) {
    return [
      doubtful(
        'no checkpoints are signed: nobody could prove that the log was changed',
        'energyweb keys new log-key.json --log, then log: { key, origin }',
      ),
    ]
  }
  const file = await stat(join(data, checkpointName)).catch(() => undefined)
  if (file === undefined)
    return [
      doubtful('no checkpoint was signed yet', 'The first follows when the gateway has run for a while.'),
    ]
  const age = now - file.mtimeMs
  const late = running && age > missedCheckpoints * (log.checkpoint ?? quarter)
  const what = `the last checkpoint was signed ${spanInWords(age / hour)} ago`
  return [
    late
      ? doubtful(what, 'Fine while nothing new is logged; else see whether the log key opens.')
      : good(what),
  ]
}
