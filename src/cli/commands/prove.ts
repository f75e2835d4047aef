import { resolve } from 'node:path'
import { toHex } from '../../core/bytes.ts'
import { EnergywebError, isEnergywebError, messageOf } from '../../core/errors.ts'
import { formatSize } from '../../core/size.ts'
import { formatInstant } from '../../core/time.ts'
import { readCheckpoint } from '../../proof/checkpoint.ts'
import { parseNote } from '../../proof/signed-note.ts'
import type { ProofPeriod } from '../../storage/index.ts'
import { type CommandContext, defineCommand, flag, parsed, text, without, word } from '../command.ts'
import { openConfig } from '../configuration.ts'
import { dataOptions, findData, withLog } from '../data-folder.ts'
import { parseDate } from '../date-argument.ts'
import { evidenceFileName } from '../evidence-name.ts'
import { type MadeEvidence, makeEvidence, readEarlier } from '../evidence-parts.ts'
import { parseFields } from '../field-names.ts'
import { askForCheckpoint } from '../fresh-checkpoint.ts'
import { evidenceKeyOf, logKeyOf } from '../log-key.ts'
import { mustNotBeThere, openOutputFile } from '../output-file.ts'
import type { Printer } from '../printer.ts'
import { ProgressBar } from '../progress-bar.ts'
import { shellWord } from '../shell-word.ts'
import { claimInWords } from '../verification-report.ts'

/** `energyweb prove` */
export const proveCommand = defineCommand({
  name: 'prove',
  summary: 'Write a file from which anyone can check readings',
  description:
    'Collects from the log what a third party needs to check one reading, or all readings of a period, without this gateway, without a network and without trusting whoever sends the file: entries with their documents, the signed checkpoint, and the hashes that lead from one to the other. `energyweb verify` checks it. Days begin at midnight UTC; a time with its zone means that zone: for a month of local time write both ends like 2024-05-01T00:00:00+02:00. Readings measured after --from and up to --to belong to the period. What the file shows is as personal as the readings themselves: --fields shows some fields and hides the others behind their hashes. A gateway may be running meanwhile; it is asked to sign a checkpoint when entries wait for one.',
  arguments: { asset: word('name of the asset') },
  options: {
    ...dataOptions,
    at: parsed('date', 'one reading: the one measured at this time', parseDate),
    from: parsed('date', 'the period from this day (midnight UTC) or time with its zone', parseDate),
    to: parsed('date', 'up to this day (midnight UTC) or time', parseDate),
    fields: parsed('list', 'show only these fields of readings, like energy,measuredAt', parseFields),
    raw: flag('add the bytes in which the source said it'),
    receipts: without('leave out what the receipts of ledgers say'),
    previous: text('file', 'evidence of an earlier audit: shows that the log goes on from there unchanged'),
    key: text('verifier key', "the log's verifier key; default from the configuration"),
    out: text('file', 'write into this file, - for standard output; default named after asset and period'),
    force: flag('write over a file that is there'),
  },
  examples: [
    {
      command: 'prove roof --from 2024-05-01 --to 2024-06-01',
      description: 'the readings of May, in UTC',
    },
    {
      command: 'prove roof --at 2024-05-01T08:15:00Z --raw',
      description: 'one reading, with what the meter said',
    },
    {
      command: 'prove flat-3 --from 2024-05-01 --to 2024-06-01 --fields measuredAt,from,status,total',
      description: 'a month, of which only these fields are shown',
    },
    {
      command:
        'prove roof --from 2024-06-01 --to 2024-07-01 --previous roof-2024-05-01-2024-06-01.evidence.json',
      description: 'June, and that May was not changed since its audit',
    },
  ],
  async run(given, context) {
    const { asset, at, from, to, fields, raw, receipts, out, force, previous, key, ...place } = given
    const { io, printer } = context
    const period = periodOf({ at, from, to })
    const file = out ?? evidenceFileName(asset, period)
    if (file !== '-') mustNotBeThere(resolve(io.cwd, file), force)
    const folder = await findData(place, io)
    const verifier = key ?? (await keyBeside(place, context))
    const earlier = previous === undefined ? undefined : await readEarlier(previous, io.cwd)
    const evidenceKey = key === undefined ? await evidenceKeyBeside(place, context) : undefined
    await withLog(folder, async log => {
      await askForCheckpoint({ folder, log, printer })
      const bar = new ProgressBar('collecting', { output: io.stderr, clock: io.clock })
      const made = await makeEvidence(log, {
        asset,
        period,
        key: verifier,
        raw,
        receipts,
        at: io.clock.now(),
        previous: earlier,
        ...(fields && { fields }),
        onProgress: ({ done, total }) => bar.show(done, total),
      }).finally(() => bar.clear())
      await write(made.text, { file, context })
      await tell(made, { file, key: verifier, evidenceKey, previous, fields, printer })
    })
  },
})

function periodOf(given: {
  at: number | undefined
  from: number | undefined
  to: number | undefined
}): ProofPeriod {
  const { at, from, to } = given
  if (at !== undefined && from === undefined && to === undefined) return { from: at, to: at }
  if (at === undefined && from !== undefined && to !== undefined) {
    if (from < to) return { from, to }
    throw new EnergywebError(
      'argument-invalid',
      `the period ends (${formatInstant(to)}) before it begins (${formatInstant(from)})`,
    )
  }
  throw new EnergywebError('argument-invalid', 'say what is to be proven: --at, or --from and --to', {
    hint: 'Like --from 2024-05-01 --to 2024-06-01 for May (UTC), or --at 2024-05-01T08:15:00Z for one reading.',
  })
}

async function keyBeside(
  { config, data }: { config: string | undefined; data: string | undefined },
  { io }: CommandContext,
): Promise<string> {
  if (config === undefined && data !== undefined) {
    throw new EnergywebError('argument-invalid', "without a configuration the log's key is not known", {
      hint: 'Give it with --key, as `energyweb keys show log-key.json --origin <name>` tells it.',
    })
  }
  try {
    return await logKeyOf(await openConfig(config, io), io)
  } catch (error) {
    if (!isEnergywebError(error, 'key-unavailable')) throw error
    const { code, message, hint = '', retryable } = error
    const other = "Or give the log's verifier key with --key: then its token is not needed."
    throw new EnergywebError(code, message, { retryable, cause: error, hint: `${hint} ${other}`.trim() })
  }
}

/** The evidence key, for whoever checks the file: the file is made without it, too. */
async function evidenceKeyBeside(
  { config }: { config: string | undefined },
  { io, printer }: CommandContext,
): Promise<string | undefined> {
  try {
    return await evidenceKeyOf(await openConfig(config, io), io)
  } catch (error) {
    await printer.warning(`the evidence key can't be told now: ${messageOf(error)}`)
    return undefined
  }
}

function isSignedBy(checkpoint: string, key: string): boolean {
  const [name, id] = key.split('+')
  return parseNote(checkpoint).signatures.some(line => line.name === name && toHex(line.keyId) === id)
}

interface Told {
  readonly file: string
  readonly key: string
  /** Undefined where there is none, or where it can't be told now. */
  readonly evidenceKey: string | undefined
  readonly previous: string | undefined
  readonly fields: readonly string[] | undefined
  readonly printer: Printer
}

/** From these fields of readings anybody can work an energy out, be it of a counter or of intervals. */
const neededFields = ['measuredAt', 'from', 'status', 'total']

/** On standard output, where that is not the evidence itself. */
async function tell(
  {
    evidence: { claim, checkpoint, segments },
    verification: { verdict, steps },
    text: content,
  }: MadeEvidence,
  { file, key, evidenceKey, previous, fields, printer }: Told,
): Promise<void> {
  const open = steps.filter(({ state }) => state === 'open').map(({ text: why }) => why)
  for (const why of open) await printer.warning(why)
  const lacking = fields === undefined ? [] : neededFields.filter(name => !fields.includes(name))
  if (open.length > 0 && lacking.length > 0) {
    await printer.warning(
      `an energy is proven by ${neededFields.join(', ')}; --fields leaves out ${lacking.join(', ')}`,
    )
  }
  if (file === '-') return
  const words = [
    'energyweb',
    'verify',
    file,
    '--key',
    key,
    ...(evidenceKey !== undefined && isSignedBy(checkpoint, evidenceKey)
      ? ['--evidence-key', evidenceKey]
      : []),
    ...(previous === undefined ? [] : ['--previous', previous]),
  ]
  const check = words.map(shellWord).join(' ')
  const entries = segments.reduce((sum, segment) => sum + segment.entries.length, 0)
  const bytes = Buffer.byteLength(content)
  const { size } = readCheckpoint(checkpoint)
  const lines = [
    `${printer.style.bold(file)}: ${claimInWords(claim)}`,
    `${entries} entries and a checkpoint of ${size}, ${formatSize(bytes)}; as it stands it is ${verdict}`,
    `whoever gets it checks it with: ${check}`,
  ]
  await printer.data({ file, verdict, claim, entries, size, bytes, open, check }, lines.join('\n'))
}

async function write(
  content: string,
  { file, context: { io } }: { file: string; context: CommandContext },
): Promise<void> {
  if (file === '-') return io.stdout.write(content)
  const output = await openOutputFile(resolve(io.cwd, file))
  try {
    await output.write(content)
    await output.keep()
  } finally {
    await output.drop()
  }
}
