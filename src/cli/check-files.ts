import { resolve } from 'node:path'
import type { ChainOfFilesReport } from '../proof/chain-of-files.ts'
import type { ChainComparison } from '../proof/compare-chain-of-files.ts'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { printable } from './printable.ts'
import { findRegisteredAsset, type RegisteredAssetInput } from './registered-asset.ts'

const mostBreaks = 10

/** Checks a folder of files by itself and, where an asset in a registry is named, against that asset's events. */
export async function checkFiles(
  given: RegisteredAssetInput & { readonly config: string | undefined; readonly folder: string },
  { io, printer }: CommandContext,
): Promise<number> {
  const { readChainOfFiles } = await import('../storage/index.ts')
  const { checkChainOfFiles } = await import('../proof/chain-of-files.ts')
  const report = checkChainOfFiles(readChainOfFiles(resolve(io.cwd, given.folder)))
  const comparison = await compare(report, given, { io, printer })
  const isGood = report.breaks.length === 0 && comparison?.first === undefined
  const { red, green } = printer.style
  const { files, strangers, breaks, continues } = report
  await printer.data(
    {
      ok: isGood,
      files: files.length,
      newest: files.at(-1) ?? null,
      strangers,
      continues: continues ?? null,
      breaks,
      comparison: comparison ?? null,
    },
    printable(
      [isGood ? 'good' : 'bad', ...chainLines(report), ...comparisonLines(comparison)].join('\n'),
    ).replace(/^\w+\n/, isGood ? `${green('good')}: ` : `${red('bad')}: `),
  )
  return isGood ? exitCodes.ok : exitCodes.failed
}

async function compare(
  { files }: ChainOfFilesReport,
  given: RegisteredAssetInput & { readonly config: string | undefined },
  { io }: CommandContext,
): Promise<ChainComparison | undefined> {
  const found = await findRegisteredAsset(given, io)
  if (found === undefined) return undefined
  const { meterReadEvents } = await import('../ledgers/index.ts')
  const { compareChainOfFiles } = await import('../proof/compare-chain-of-files.ts')
  const { number } = await found.network.ready()
  const range = { from: found.fromBlock, to: number }
  return compareChainOfFiles(files, await meterReadEvents(found.network, found.asset, range))
}

/** What the files say by themselves. */
export function chainLines({ files, strangers, breaks, continues }: ChainOfFilesReport): string[] {
  const [first, last] = [files[0], files.at(-1)]
  if (first === undefined || last === undefined) return ['no files of a chain']
  return [
    `files: ${files.length}, from ${first.name} to ${last.name}, last value ${last.content?.value ?? '?'} Wh`,
    ...(continues === undefined ? [] : [`the first one goes on from ${continues}, a file that is not here`]),
    ...(strangers.length === 0 ? [] : [`not of a chain, left alone: ${strangers.length}`]),
    ...breaks.slice(0, mostBreaks).map(({ name, reason, detail }) => `${reason}: ${name}: ${detail}`),
    ...(breaks.length > mostBreaks ? [`and ${breaks.length - mostBreaks} breaks more`] : []),
  ]
}

function comparisonLines(comparison: ChainComparison | undefined): string[] {
  if (comparison === undefined)
    return ['not compared with a registry: name --asset, or --rpc and what belongs to it']
  const { matched, before, waiting, unanchored, first } = comparison
  return [
    `events with their file: ${matched}${before === 0 ? '' : `; before the first file: ${before}`}`,
    ...(first === undefined ? [] : [`they part at ${placeOf(first)}: ${first.detail}`]),
    ...(first === undefined && waiting.length > 0
      ? [`files that wait for their event: ${waiting.length}`]
      : []),
    ...(unanchored === undefined
      ? []
      : [`the hash of ${unanchored} is on the chain only with the next registration; its values are`]),
  ]
}

function placeOf({ event, file, transaction }: NonNullable<ChainComparison['first']>): string {
  return [
    event === undefined ? undefined : `event ${event}`,
    file,
    transaction === undefined ? undefined : `transaction ${transaction}`,
  ]
    .filter(text => text !== undefined)
    .join(', ')
}
