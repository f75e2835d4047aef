import { toBase64url } from '../core/bytes.ts'
import { isCallsStream } from '../core/call-log.ts'
import { isCarbonStream } from '../core/carbon-log.ts'
import type { FieldValue } from '../core/document.ts'
import { formatMillijoules, formatWattHours } from '../core/energy-text.ts'
import { gatewayStream, type StoredEntry } from '../core/log.ts'
import { formatInstant } from '../core/time.ts'
import { type Cell, csvRecord } from './csv.ts'
import { isCertificate } from './entry-view.ts'

/** A column of an exported log. */
interface Column {
  readonly name: string
  /** What stands in it, with its unit, for the documentation. */
  readonly description: string
  read(entry: StoredEntry): Cell
}

function field(name: string): (entry: StoredEntry) => Cell {
  return ({ document }) => cellOf(document?.[name] ?? null)
}

function cellOf(value: FieldValue): Cell {
  return value === null ? undefined : typeof value === 'boolean' ? String(value) : value
}

function energy(
  name: string,
  format: (energy: bigint, fraction: string) => string,
): (entry: StoredEntry) => Cell {
  return entry => {
    const { document, stream } = entry
    // The total of a carbon register is no energy, and what a certificate stands for is in watt-hours.
    const isOther = isCertificate(entry) || (name === 'total' && isCarbonStream(stream))
    const value = isOther ? undefined : document?.[name]
    const fraction = name === 'energy' && typeof document?.fraction === 'string' ? document.fraction : ''
    return typeof value === 'bigint' ? { number: format(value, fraction) } : undefined
  }
}

/** A field that only entries of a carbon register have, or that means another thing there. */
function carbon(name: string): (entry: StoredEntry) => Cell {
  return entry => (isCarbonStream(entry.stream) ? field(name)(entry) : undefined)
}

/** A field that only entries of certificates have, or that means another thing there. */
function certificate(name: string): (entry: StoredEntry) => Cell {
  return entry => (isCertificate(entry) ? field(name)(entry) : undefined)
}

function receipt(name: string): (entry: StoredEntry) => Cell {
  return entry => (entry.kind === 'receipt' ? field(name)(entry) : undefined)
}

const isReading = ({ kind }: StoredEntry) => kind === 'reading' || kind === 'revision'

/** The columns of an exported log, in their order. New ones go to the end: scripts count. */
export const entryColumns: readonly Column[] = [
  { name: 'index', description: 'place in the log, from 0', read: ({ index }) => index },
  { name: 'stream', description: 'the asset, or `gateway`', read: ({ stream }) => stream },
  { name: 'sequence', description: 'place in the stream, from 0', read: ({ sequence }) => sequence },
  { name: 'at', description: 'when it was appended, UTC', read: ({ at }) => formatInstant(at) },
  { name: 'kind', description: 'kind of entry', read: ({ kind }) => kind },
  {
    name: 'status',
    description: '`counted`, `late`, `held/<reason>` or, of CO2, `missing`; readings and revisions only',
    read: field('status'),
  },
  { name: 'channel', description: '`import` or `export`', read: field('channel') },
  {
    name: 'reading_kind',
    description: '`counter` or `interval`',
    read: field('kind'),
  },
  {
    name: 'measured_at',
    description: 'instant of a counter, end of an interval, UTC',
    read: field('measuredAt'),
  },
  {
    name: 'measured_from',
    description: 'start of an interval, UTC',
    read: entry => (isReading(entry) ? field('from')(entry) : undefined),
  },
  { name: 'received_at', description: 'when the gateway had it, UTC', read: field('receivedAt') },
  {
    name: 'energy_mj',
    description: "the counter's value or the interval's energy, millijoules, exact",
    read: energy('energy', formatMillijoules),
  },
  {
    name: 'energy_wh',
    description: 'the same in watt-hours, cut off after 7 decimals',
    read: energy('energy', formatWattHours),
  },
  {
    name: 'total_mj',
    description: "the register's total after the entry, millijoules, exact",
    read: energy('total', formatMillijoules),
  },
  {
    name: 'total_wh',
    description: 'the same in watt-hours, cut off after 7 decimals',
    read: energy('total', formatWattHours),
  },
  { name: 'quality', description: "the source's own remark", read: field('quality') },
  { name: 'manufacturer', description: 'of the meter', read: field('manufacturer') },
  { name: 'model', description: 'of the meter', read: field('model') },
  { name: 'serial', description: 'of the meter', read: field('serial') },
  {
    name: 'provenance',
    description: 'the driver, exceptions from the TLS rule, and how the connection was proven',
    read: field('provenance'),
  },
  { name: 'raw_sha256', description: 'SHA-256 of the raw bytes, base64url', read: field('raw') },
  { name: 'reason', description: 'why: of gaps, holds, decisions and erasures', read: field('reason') },
  { name: 'by', description: 'who decided', read: field('by') },
  {
    name: 'text',
    description: 'text of a note, detail of a gap or a hold',
    read: entry => field('text')(entry) ?? field('detail')(entry),
  },
  { name: 'ledger', description: 'of a receipt', read: field('ledger') },
  {
    name: 'value_wh',
    description: 'what the ledger holds after it, Wh; receipts only',
    // Of kept calls it counts them.
    read: entry => (isCallsStream(entry.stream) ? undefined : field('value')(entry)),
  },
  { name: 'block', description: 'of a receipt', read: field('block') },
  { name: 'transaction', description: 'of a receipt', read: field('transaction') },
  {
    name: 'leaf_hash',
    description: 'SHA-256(0x00 and the entry), base64url',
    read: ({ leafHash }) => toBase64url(leafHash),
  },
  {
    name: 'erased',
    description: '`true` where the document was erased',
    read: ({ document }) => (document === undefined ? 'true' : undefined),
  },
  { name: 'measured_to', description: 'end of the time that a factor is for, UTC', read: carbon('to') },
  {
    name: 'priced_sequence',
    description: "the asset's entry that is priced, by its place in its stream",
    read: carbon('reading'),
  },
  { name: 'basis', description: '`marginal` or `average`', read: carbon('basis') },
  {
    name: 'factor_ag_per_kwh',
    description: 'attograms (10^-18 g) of CO2 a kWh, exact',
    read: carbon('factor'),
  },
  { name: 'co2_ng', description: 'CO2 of the step, nanograms, exact', read: carbon('carbon') },
  {
    name: 'co2_total_ng',
    description: "the carbon register's total after the entry, nanograms, exact",
    read: carbon('total'),
  },
  {
    name: 'anchored_size',
    description: 'how many entries of the log were anchored; receipts of the gateway only',
    read: entry => (entry.stream === gatewayStream ? field('size')(entry) : undefined),
  },
  {
    name: 'certificate',
    description: 'id of a certificate in its contract; an entry for each state',
    read: certificate('certificate'),
  },
  {
    name: 'certificate_state',
    description: '`issued`, `revoked`, `retired` or `claimed`',
    read: certificate('state'),
  },
  {
    name: 'certificate_wh',
    description: 'what the certificate stands for, Wh',
    read: certificate('energy'),
  },
  { name: 'certificate_owner', description: 'whose it is then', read: certificate('owner') },
  {
    name: 'first_sequence',
    description: "of a receipt: the first of the asset's entries that it stands for",
    read: receipt('first'),
  },
  { name: 'last_sequence', description: 'of a receipt: the last of them', read: receipt('last') },
]

/** The first line of an exported log. */
export const entryHeader = csvRecord(entryColumns.map(({ name }) => name))

/** An entry as a line of CSV. */
export function entryRecord(entry: StoredEntry): string {
  return csvRecord(entryColumns.map(column => column.read(entry)))
}
