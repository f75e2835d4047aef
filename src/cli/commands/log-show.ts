import { toBase64, toBase64url } from '../../core/bytes.ts'
import { formatRawCid } from '../../core/cid.ts'
import { formatEnergy, millijoulesPer } from '../../core/energy.ts'
import type { StoredEntry } from '../../core/log.ts'
import { entryUuid, leafUuid } from '../../proof/ids/derived-ids.ts'
import type { LogReader } from '../../storage/index.ts'
import { defineCommand, flag, text, word } from '../command.ts'
import { dataOptions, findData, withLog } from '../data-folder.ts'
import { entryWords, findEntry, parseEntryName } from '../entry-argument.ts'
import { isCertificate, plainEntry, shownText } from '../entry-view.ts'
import { shownMeasure } from '../field-units.ts'
import { printable } from '../printable.ts'
import { formatFields } from '../table.ts'

/** `energyweb log show` */
export const logShowCommand = defineCommand({
  name: 'log show',
  summary: 'Show one entry and its document',
  description:
    'Shows the entry as it was hashed, its leaf hash, its UUIDs and the CID of its record, and the document behind its commitment, unless that was erased.',
  arguments: {
    number: word(entryWords),
  },
  options: {
    ...dataOptions,
    asset: text('name', 'the number is a sequence of this asset'),
    raw: flag('show the bytes that the source said it in'),
  },
  examples: [
    { command: 'log show 12', description: 'the entry of index 12' },
    { command: 'log show roof/carbon/3', description: 'entry 3 of the carbon register of the asset roof' },
    {
      command: 'log show 3 --asset roof --raw',
      description: 'entry 3 of the asset roof, with what the meter said',
    },
  ],
  async run({ number, asset, raw, ...place }, { io, printer }) {
    const wanted = parseEntryName(number, asset)
    await withLog(await findData(place, io), async log => {
      const entry = findEntry(log, wanted)
      const payload = raw ? log.raw(entry.index) : undefined
      const names = await namesOf(log, entry)
      const shown = {
        ...plainEntry(entry),
        ...names,
        raw: payload && { ...payload, bytes: toBase64(payload.bytes) },
      }
      const content = payload === undefined ? [] : ['', printable(new TextDecoder().decode(payload.bytes))]
      await printer.data(shown, [forPeople(entry, names), ...content].join('\n'))
    })
  },
})

interface EntryNames {
  readonly uuid5: string
  readonly uuid8: string
  /** CIDs of the raw bytes and of the record; null where there are none. */
  readonly cid: { readonly raw: string | null; readonly record: string | null }
}

/** What others call the entry and its content: worked out, so that what a contract has can be compared. */
async function namesOf(
  log: LogReader,
  { index, stream, sequence, leafHash, document }: StoredEntry,
): Promise<EntryNames> {
  const { sha256 } = await import('../../storage/index.ts')
  const record = log.record(index)
  return {
    uuid5: entryUuid({ stream: log.publicId(stream), sequence }),
    uuid8: leafUuid(leafHash),
    cid: {
      raw: typeof document?.cid === 'string' ? document.cid : null,
      record: record === undefined ? null : formatRawCid(sha256(record)),
    },
  }
}

function forPeople(shown: StoredEntry, { uuid5, uuid8, cid }: EntryNames): string {
  const { index, stream, sequence, text: entry, leafHash, document, kind } = shown
  const head = formatFields([
    ['index', String(index)],
    ['stream', `${stream}, sequence ${sequence}`],
    ['leaf hash', toBase64url(leafHash)],
    ['UUIDs', `${uuid5} (of its place), ${uuid8} (of its leaf hash)`],
    ...(cid.record === null ? [] : [['CID of record', cid.record] as [string, string]]),
    ['entry', entry],
  ])
  if (document === undefined) return `${head}\n\nThe document was erased.`
  const fields = Object.entries(document).flatMap(([name, value]): [string, string][] => {
    if (value === null) return []
    const isMeasure = typeof value === 'bigint' && kind !== 'erasure'
    const wattHours = isMeasure && isCertificate(shown) && name === 'energy'
    const measured = wattHours
      ? `${formatEnergy(value * millijoulesPer.Wh)} (${value} Wh)`
      : isMeasure
        ? shownMeasure(name, value, stream)
        : undefined
    return [[name, measured ?? shownText(value)]]
  })
  return `${head}\n\n${formatFields(fields)}`
}
