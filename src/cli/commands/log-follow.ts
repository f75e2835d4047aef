import { join, resolve } from 'node:path'
import { openPublishedLog } from '../../config/index.ts'
import { sleep } from '../../core/clock.ts'
import { parseDuration } from '../../core/duration.ts'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import { formatInstant } from '../../core/time.ts'
import { parseVerifierKey, type VerifierKey } from '../../proof/verifier-key.ts'
import type { FollowFault, FollowOptions, FollowReport, LogFiles } from '../../publishing/index.ts'
import { defineCommand, flag, parsed, text, texts, word } from '../command.ts'
import { connectionOptions, connectionPolicy } from '../connection-options.ts'
import { parseCount } from '../count-argument.ts'
import { exitCodes } from '../exit-codes.ts'
import type { CommandIo } from '../io.ts'
import { printable } from '../printable.ts'
import type { Printer } from '../printer.ts'
import { ProgressBar } from '../progress-bar.ts'
import { trustedKey } from '../trusted-key.ts'
import { readVerifierKeys } from '../verifier-keys.ts'

const usualPause = 60_000

/** `energyweb log follow` */
export const logFollowCommand = defineCommand({
  name: 'log follow',
  summary: 'Follow a published log and check everything in it',
  description:
    "Reads a log that `log publish` has written, from a web server or a folder, as somebody who trusts nobody: the checkpoint must be signed by the log's key and consistent with every one seen before; every entry must be the one that was signed, and follow the one before it of its stream. What was seen is remembered in a folder of its own. When the log goes back or has two courses it ends with 1 and keeps both signed checkpoints: whoever doubts it can verify them. It needs no configuration: run it on another machine than the gateway, best on another owner's.",
  arguments: { log: word('where it is published: https://… or a folder') },
  options: {
    key: text(
      'key',
      "the log's verifier key, or a file with it, as its owner gave it to you by another way; needed",
    ),
    state: text('folder', "where progress is kept; default followed/<the log's name>"),
    mirror: text('folder', 'keep a copy of everything there, as it was published'),
    once: flag('look once and end; default: go on until Ctrl-C'),
    every: parsed('duration', 'how often to look; default 1m', parseDuration),
    witness: texts('key', 'verifier key of a witness who must have cosigned, or a file with them'),
    quorum: parsed('number', 'how many of them are enough; default all', parseCount),
    ...connectionOptions,
  },
  examples: [
    {
      command: 'log follow https://log.example.org/roof --key log.example.org/roof+…',
      description: 'follows that log',
    },
    {
      command: 'log follow ./copy --key roof.vkey --once --json',
      description: 'checks a copy once, for a program',
    },
    {
      command: 'log follow https://log.example.org/roof --key … --mirror ./roof',
      description: "keeps an auditor's own copy",
    },
    {
      command: 'log follow https://192.168.1.20/roof --key roof.vkey --ca ./ca.pem',
      description: 'from a server whose certificate is of an own authority',
    },
  ],
  async run({ log, key, once, every = usualPause, ...options }, { io, printer }) {
    const signal = io.interruption()
    const tls = await connectionPolicy(options, io)
    const { files, close } = await openPublishedLog(log, { cwd: io.cwd, tls })
    try {
      if (key === undefined) throw await withoutKey(files, signal)
      const given = await followOptions({ ...options, key: await logKey(key, io.cwd), signal }, io)
      return await followUntilEnd(files, { given, pause: once ? undefined : every, io, printer })
    } catch (error) {
      if (signal.aborted) return exitCodes.ok
      throw error
    } finally {
      await close()
    }
  },
})

interface Given {
  readonly key: VerifierKey
  readonly state: string | undefined
  readonly mirror: string | undefined
  readonly witness: readonly string[]
  readonly quorum: number | undefined
  readonly signal: AbortSignal
}

async function followOptions(given: Given, io: CommandIo): Promise<FollowOptions> {
  const { key, state, mirror, witness, quorum, signal } = given
  const keys = (await readVerifierKeys(witness, io.cwd)).map(text => parseVerifierKey(text))
  if (quorum !== undefined && quorum > keys.length)
    throw new EnergywebError(
      'argument-invalid',
      `a quorum of ${quorum} of ${keys.length} witnesses can't be met`,
      { hint: 'Name each witness that may count with --witness.' },
    )
  return {
    key,
    signal,
    clock: io.clock,
    state: resolve(io.cwd, state ?? join('followed', folderName(key.name))),
    ...(mirror !== undefined && { mirror: resolve(io.cwd, mirror) }),
    ...(keys.length > 0 && { witnesses: { keys, quorum: quorum ?? keys.length } }),
  }
}

/** A log's name as that of a folder. */
function folderName(name: string): string {
  return name.replace(/[^A-Za-z0-9.-]+/g, '_').replace(/^\.+/, '_')
}

async function logKey(given: string, cwd: string): Promise<VerifierKey> {
  const [key, ...others] = await readVerifierKeys([given], cwd)
  if (key === undefined || others.length > 0)
    throw new EnergywebError(
      'argument-invalid',
      `${given} holds ${others.length + 1} keys, and a log has one`,
    )
  return trustedKey(key)
}

/** Shows who has signed, and refuses: a key that comes from the log itself proves nothing. */
async function withoutKey(files: LogFiles, signal: AbortSignal): Promise<EnergywebError> {
  const [{ readNote }, { parseNote }, { toHex }] = await Promise.all([
    import('../../publishing/index.ts'),
    import('../../proof/signed-note.ts'),
    import('../../core/bytes.ts'),
  ])
  const { signatures } = parseNote(await readNote(files, signal))
  const names = signatures.map(({ name, keyId }) => `${name}+${toHex(keyId)}`).join(', ')
  return new EnergywebError('argument-invalid', `--key is missing. The checkpoint is signed by ${names}`, {
    hint: "Ask the log's owner for the verifier key by another way than the log: `energyweb keys show <file> --origin <name>` tells it.",
  })
}

interface Loop {
  readonly given: FollowOptions
  /** Undefined: look once. */
  readonly pause: number | undefined
  readonly io: CommandIo
  readonly printer: Printer
}

async function followUntilEnd(files: LogFiles, { given, pause, io, printer }: Loop): Promise<number> {
  const { followLog, FollowFault } = await import('../../publishing/index.ts')
  const bar = new ProgressBar('reading', { output: io.stderr, clock: io.clock })
  const onProgress = ({ done, total }: { done: number; total: number }) => bar.show(done, total)
  let trouble: string | undefined
  let isFirst = true
  for (;;) {
    try {
      const report = await followLog(files, { ...given, onProgress }).finally(() => bar.clear())
      if (trouble !== undefined) await printer.note(`${files.where} answers again`)
      if (isFirst || report.size !== report.before) await tell(report, { io, printer })
      trouble = undefined
      isFirst = false
    } catch (error) {
      if (error instanceof FollowFault && !error.retryable) return await tellFault(error, printer)
      if (pause === undefined || !(error instanceof EnergywebError && error.retryable)) throw error
      if (trouble !== error.message) await printer.warning(`${messageOf(error)}; trying again`)
      trouble = error.message
    }
    if (pause === undefined) return exitCodes.ok
    // Aborting the pause is the usual way to end.
    await sleep(pause, { clock: io.clock, signal: given.signal }).catch(() => undefined)
    if (given.signal.aborted) return exitCodes.ok
  }
}

async function tell(
  report: FollowReport,
  { io, printer }: { io: CommandIo; printer: Printer },
): Promise<void> {
  const { origin, size, before, read, streams, witnesses, checkpoint } = report
  const past =
    before === 0
      ? 'the first that was seen'
      : before === size
        ? 'as before'
        : `consistent with the ${before} before`
  const cosigned = witnesses.length === 0 ? [] : [`cosigned by ${witnesses.join(', ')}`]
  const head = [
    `${formatInstant(io.clock.now())}  ${origin}: ${size} entries signed, ${past}`,
    `${read} new ones read`,
    ...cosigned,
  ]
  const lines = streams.map(({ stream, kinds }) => {
    const counts = Object.entries(kinds).map(([kind, count]) => `${kind} ${count}`)
    return `  ${stream}  ${counts.join(', ')}`
  })
  const data = { ok: true, origin, size, before, read, streams, witnesses, checkpoint }
  await printer.data(
    data,
    printable([`${printer.style.green('good')}: ${head.join(', ')}`, ...lines].join('\n')),
  )
}

async function tellFault(error: FollowFault, printer: Printer): Promise<number> {
  const { fault, message, place, kept, hint } = error
  const data = { ok: false, fault, detail: message, index: place.index, path: place.path, kept, hint }
  const advice = hint === undefined ? '' : `\n${hint}`
  await printer.data(data, `${printer.style.red('bad')}: ${fault}: ${printable(message)}${printable(advice)}`)
  return exitCodes.failed
}
