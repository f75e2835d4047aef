import type { ErasureOutcome, ErasurePlan, ErasureRange, ErasureRequest } from '../../core/erasure.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { PublishedContent } from '../../storage/index.ts'
import { type CommandContext, defineCommand, flag, parsed, requiredText, text, word } from '../command.ts'
import { parseCount } from '../count-argument.ts'
import { dataOptions, findData } from '../data-folder.ts'
import { parseDate } from '../date-argument.ts'
import type { CommandIo } from '../io.ts'
import { printable } from '../printable.ts'
import { whoever } from '../whoever.ts'

/** What the gateway takes, too. */
const longestText = 1_000

/** A log of years is read once and written once: minutes on a small machine. */
const patience = 3_600_000

/** `energyweb log erase` */
export const logEraseCommand = defineCommand({
  name: 'log erase',
  summary: 'Erase documents and raw bytes of an asset',
  description:
    "Deletes what the entries of a range say (their documents and the raw bytes of the meter, and what the asset's carbon register says of them), and appends an entry that tells who did it, why, and where the register stood at the end. The entries' hashes stay: `log check` goes on from there and calls the range erased, never verified. What is held, not yet final on a ledger, or behind a line that stands still is not erased. What was registered on a chain is public for ever: of an asset with `publish: cid` it tells which CIDs of the erased entries stand where. What was given to a remote of IPFS is taken back by the gateway at its next turn; copies that others made live on. It can not be taken back: copies and backups are yours to erase. It works while the gateway runs, and without it.",
  arguments: { asset: word('name of the asset') },
  options: {
    ...dataOptions,
    before: parsed(
      'date',
      'everything appended before this day (UTC), like 2024-01-01; or a time with its zone',
      parseDate,
    ),
    first: parsed('number', 'instead: from this sequence of the asset on; default 0', parseCount),
    last: parsed('number', 'to this one', parseCount),
    reason: requiredText('text', 'why; it is kept in the log'),
    by: text('name', 'who decides; default user@host'),
    yes: flag('erase without asking', { short: 'y' }),
  },
  examples: [
    {
      command: "log erase flat-3 --before 2024-01-01 --reason 'the tenant moved out'",
      description: 'shows what would go, asks, and erases',
    },
    {
      command: "log erase flat-3 --first 0 --last 4711 --reason 'request of 3 May' --yes",
      description: 'erases a range of entries without asking',
    },
  ],
  async run({ asset, before, first, last, reason, by = whoever(), yes, ...place }, context) {
    const { io, printer } = context
    const request = { streams: [asset], range: rangeOf({ before, first, last }), by, reason }
    for (const given of [by, reason]) checkText(given)
    const folder = await findData(place, io)
    const { planErasures, publishedContents } = await import('../../storage/index.ts')
    const plans = await planErasures(folder, request)
    const published = publishedContents(folder, plans)
    if (!yes) await confirm(plans, published, context)
    const outcome = (await throughGateway(folder, request)) ?? (await onLog(folder, request, io))
    const { erased, remains } = outcome
    const said = [...erased.map(forPeople), ...publishedText(published)]
    await printer.data({ asset, erased, published, remains: remains ?? null }, said.join('\n'))
    if (remains !== undefined) {
      await printer.warning(
        `it is erased, but the old bytes may still be found in the files for now: ${remains}. The next start of the gateway, or the next erasure, removes them.`,
      )
    }
  },
})

function checkText(given: string): void {
  if (given !== '' && given.length <= longestText) return
  const limit = longestText.toLocaleString('en')
  throw new EnergywebError('argument-invalid', `a reason and a name have 1 to ${limit} characters`)
}

function rangeOf(given: {
  before: number | undefined
  first: number | undefined
  last: number | undefined
}): ErasureRange {
  const { before, first, last } = given
  if (before !== undefined && first === undefined && last === undefined) return { before }
  if (before === undefined && last !== undefined) return { first: first ?? 0, last }
  throw new EnergywebError('argument-invalid', 'say what is to be erased: --before, or --last with --first')
}

async function confirm(
  plans: readonly ErasurePlan[],
  published: readonly PublishedContent[],
  { io, printer }: CommandContext,
): Promise<void> {
  const what = [...plans.map(planText), ...publishedText(published)].join('\n')
  if (io.prompts === undefined || printer.json) {
    throw new EnergywebError('argument-invalid', 'nothing was erased: it needs --yes', {
      hint: `It would erase ${what.replaceAll('\n', '; ')}.`,
    })
  }
  const prompts = await io.prompts()
  prompts.say(printable(what))
  if (await prompts.confirm({ message: 'Erase this for ever?', preset: false })) return
  throw new EnergywebError('aborted', 'nothing was erased')
}

function planText({ stream, first, last, documents, shortened }: ErasurePlan): string {
  const why = shortened === undefined ? '' : ` (it ends there because ${shortened})`
  return `${stream}: entries ${first} to ${last}, ${documents} documents${why}`
}

/** What can't be taken back: CIDs that stand on chains, contract by contract. */
function publishedText(published: readonly PublishedContent[]): readonly string[] {
  const places = Map.groupBy(published, ({ chainId, contract }) => `chain ${chainId}, contract ${contract}`)
  return [...places].map(([place, own]) => {
    const shown = own.slice(0, mostShown).map(({ sequence, content, cid }) => {
      return `${cid} (${content === 'raw' ? 'raw bytes' : 'record'} of entry ${sequence})`
    })
    const more = own.length > mostShown ? `, and ${own.length - mostShown} more (--json tells all)` : ''
    return printable(
      `not to be taken back: ${own.length} CIDs stand for ever on ${place}: ${shown.join(', ')}${more}`,
    )
  })
}

const mostShown = 10

function forPeople(plan: ErasureOutcome['erased'][number]): string {
  return printable(`${planText(plan)} erased; entry ${plan.entry} says so`)
}

async function throughGateway(folder: string, request: ErasureRequest): Promise<ErasureOutcome | undefined> {
  const { askGateway } = await import('../control-client.ts')
  const { eraseParams } = await import('../../gateway/control-protocol.ts')
  const answer = await askGateway(folder, 'erase', eraseParams(request), { patience })
  if (!answer.running) return undefined
  const { erasedSchema } = await import('../status-schema.ts')
  const { erased, remains } = erasedSchema.parse(answer.result)
  return { erased: erased.map(({ shortened, ...plan }) => ({ ...plan, shortened })), remains }
}

async function onLog(folder: string, request: ErasureRequest, io: CommandIo): Promise<ErasureOutcome> {
  const { openLog } = await import('../../storage/index.ts')
  const log = await openLog({ folder, clock: io.clock })
  try {
    return await log.erase(request)
  } finally {
    await log.close()
  }
}
