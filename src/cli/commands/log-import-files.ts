import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { ResolvedConfig } from '../../config/check-config.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { LogStore } from '../../storage/index.ts'
import { chainLines } from '../check-files.ts'
import { defineCommand, flag, requiredText, text, word } from '../command.ts'
import { assetNamed, configOption, openConfig } from '../configuration.ts'
import { exitCodes } from '../exit-codes.ts'
import { digestLabel, notesOfFiles } from '../imported-files.ts'
import { printable } from '../printable.ts'
import { whoever } from '../whoever.ts'

/** `energyweb log import-files` */
export const logImportFilesCommand = defineCommand({
  name: 'log import-files',
  summary: 'Take over a chain of files of an older gateway',
  description:
    "Reads a folder of files as Origin release A's gateways kept them, one JSON file a registration, each with the hash of the one before. Checks the chain, says where it is broken, and keeps what was found in the log of the asset as notes: name, hash text, SHA-256 and value of every file, and a summary. They are not readings: no meter said them to this gateway. The last value is what the register can start from (`opening`). A broken chain is kept with its breaks only when --broken says so. The gateway must not run.",
  arguments: { folder: word('the folder of files') },
  options: {
    ...configOption,
    asset: requiredText('name', 'name of the asset in the configuration'),
    by: text('name', 'who decides; default user@host'),
    broken: flag('keep it although the chain is broken'),
    dryRun: flag('only look; the log is not touched'),
  },
  examples: [
    { command: 'log import-files ./Producer_1 --asset roof --dry-run', description: 'says what is there' },
    { command: 'log import-files ./Producer_1 --asset roof', description: 'keeps it in the log' },
  ],
  async run({ folder: given, asset: name, by = whoever(), broken, dryRun, config: place }, { io, printer }) {
    const config = await openConfig(place, io)
    const asset = assetNamed(config, name)
    const { readChainOfFiles } = await import('../../storage/index.ts')
    const { checkChainOfFiles } = await import('../../proof/chain-of-files.ts')
    const files = [...readChainOfFiles(resolve(io.cwd, given))]
    const report = checkChainOfFiles(files)
    const last = report.files.at(-1)?.content
    if (last === undefined) throw new EnergywebError('argument-invalid', `${given} has no chain of files`)
    const refused = report.breaks.length > 0 && !broken
    const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
    const { notes, digest } = notesOfFiles(files, { report, folder: given, sha256 })
    const entries = refused || dryRun ? [] : await keep(config, { asset, by, notes, digest }, io.clock)
    const opening = `${last.value} Wh`
    await printer.data(
      { asset: name, files: report.files.length, breaks: report.breaks, opening, digest, entries },
      printable(
        [
          ...chainLines(report),
          entries.length === 0
            ? 'nothing was kept'
            : `kept as ${entries.length} notes of ${name}, the summary is entry ${entries.at(-1)}`,
          `to go on from its last value, write into the asset before its first reading: opening: ${opening}`,
        ].join('\n'),
      ),
    )
    if (!refused) return exitCodes.ok
    await printer.warning('the chain is broken: --broken keeps it nevertheless, with its breaks')
    return exitCodes.failed
  },
})

async function keep(
  { data }: ResolvedConfig,
  {
    asset,
    by,
    notes,
    digest,
  }: { asset: ResolvedConfig['assets'][number]; by: string; notes: readonly string[]; digest: string },
  clock: Parameters<typeof import('../../storage/index.ts').openLog>[0]['clock'],
): Promise<readonly number[]> {
  const { openLog } = await import('../../storage/index.ts')
  const log = await openLog({ folder: data, ...(clock && { clock }) })
  try {
    const { name, commitment, source } = asset
    await log.openStream({ name, source: source.kind, ...(commitment && { commitment }) })
    await refuseTwice(log, { name, digest })
    // Asked for at once: they share a commit, up to a thousand.
    const kept = await Promise.all(notes.map(text => log.append(name, 'note', { by, text })))
    return kept.map(({ index }) => index)
  } finally {
    await log.close()
  }
}

async function refuseTwice(log: LogStore, { name, digest }: { name: string; digest: string }): Promise<void> {
  for (let after = -1; ; ) {
    const page = await log.entries(name, { after, limit: 1_000 })
    const known = page.find(({ document }) => String(document?.text).includes(`${digestLabel}: ${digest}`))
    if (known !== undefined) {
      throw new EnergywebError(
        'argument-invalid',
        `these files are in the log already, as entry ${known.index}`,
      )
    }
    const last = page.at(-1)
    if (last === undefined) return
    after = last.sequence
  }
}
