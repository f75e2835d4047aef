import { resolve } from 'node:path'
import { sleep } from '../../core/clock.ts'
import { parseDuration } from '../../core/duration.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { PublishResult } from '../../publishing/index.ts'
import { defineCommand, flag, parsed, word } from '../command.ts'
import { dataOptions, findData, withLog } from '../data-folder.ts'
import type { CommandIo } from '../io.ts'
import type { Printer } from '../printer.ts'
import { ProgressBar } from '../progress-bar.ts'

const usualPause = 5_000

/** `energyweb log publish` */
export const logPublishCommand = defineCommand({
  name: 'log publish',
  summary: 'Write the log as static files for any web server',
  description:
    'Writes entries, tree and the newest signed checkpoint into a folder (C2SP tlog-tiles), from which any web server gives them to whoever wants to follow the log: `energyweb log follow`. Only what is new is written, what stands is never changed, and the checkpoint comes last. Entries hold commitments, times and kinds: no document, no reading, no name. A folder with another log, or with another course of this one, is refused. A gateway may be running meanwhile; it can also publish by itself: `log: { publish: { folder } }`.',
  arguments: { folder: word('the folder that the web server gives out; made where it is missing') },
  options: {
    ...dataOptions,
    whole: flag('look at every file, and write anew what is missing or damaged'),
    watch: flag('go on until Ctrl-C: publish each new checkpoint'),
    every: parsed('duration', 'with --watch: how often to look for one; default 5s', parseDuration),
  },
  examples: [
    { command: 'log publish /var/www/roof', description: 'publishes what is new' },
    {
      command: 'log publish ./public --data /backup/roof --whole',
      description: 'repairs what was published',
    },
  ],
  async run({ folder, whole, watch, every = usualPause, ...place }, { io, printer }) {
    const target = resolve(io.cwd, folder)
    const data = await findData(place, io)
    const signal = watch ? io.interruption() : undefined
    let last = await publish({ target, data, whole, io, signal })
    if (last === undefined && !watch) throw noCheckpoint()
    if (last !== undefined) await tell(last, { target, printer })
    while (signal !== undefined && !signal.aborted) {
      // Aborting the pause is the usual way to end.
      await sleep(every, { clock: io.clock, signal }).catch(() => undefined)
      if (signal.aborted) break
      const next = await publish({ target, data, whole: false, io, signal })
      if (next !== undefined && next.size !== last?.size) await tell(next, { target, printer })
      last = next ?? last
    }
  },
})

interface Publication {
  readonly target: string
  readonly data: string
  readonly whole: boolean
  readonly io: CommandIo
  readonly signal: AbortSignal | undefined
}

async function publish({ target, data, whole, io, signal }: Publication): Promise<PublishResult | undefined> {
  const { publishLog } = await import('../../publishing/index.ts')
  const bar = new ProgressBar('publishing', { output: io.stderr, clock: io.clock })
  return withLog(data, log =>
    publishLog(log, target, {
      whole,
      ...(signal && { signal }),
      onProgress: ({ done, total }) => bar.show(done, total),
    }).finally(() => bar.clear()),
  )
}

async function tell(
  result: PublishResult,
  { target, printer }: { target: string; printer: Printer },
): Promise<void> {
  const { origin, size, before, written, repaired } = result
  const mended = repaired === 0 ? '' : `, ${repaired} damaged files written anew`
  const fresh = size === before ? 'nothing new' : `${size - before} new`
  await printer.data(
    { folder: target, ...result },
    `${target}: ${origin}, ${size} entries (${fresh}), ${written} files written${mended}`,
  )
}

function noCheckpoint(): EnergywebError {
  return new EnergywebError(
    'publish-refused',
    'the log has no signed checkpoint yet: there is nothing to publish',
    {
      hint: 'Give it a key (`log: { key, origin }`); the gateway signs the first checkpoint after `log.checkpoint`, and at its end.',
    },
  )
}
