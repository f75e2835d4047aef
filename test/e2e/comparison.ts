import { toHex } from '../../src/core/bytes.ts'
import { toWattHours } from '../../src/core/energy.ts'
import { gatewayStream } from '../../src/core/log.ts'
import type { LogReader } from '../../src/storage/index.ts'
import { type ChainBook, readAnchorBook, readBookA, readBookB, readBookOfIssuer } from './chain-books.ts'
import type { Stage } from './stage.ts'

/** A report line at the end: what its contract holds beside what the log holds. */
export interface ComparedLine {
  readonly line: string
  /** Entries that the line covers, and those of them for which the ledger wanted nothing. */
  readonly entries: number
  readonly skipped: number
  /** Registrations by the chain's events. */
  readonly transactions: number
  /** Certificates on the chain; undefined where the ledger has none. */
  readonly certificates: number | undefined
  /** Wh on the chain, and in the register. */
  readonly onChain: bigint
  readonly inRegister: bigint
  /** What differs, in words; empty when all is equal. */
  readonly differences: readonly string[]
}

/** Most submissions that a line of a day can have. */
const all = 100_000

/** Compares each line with its contract. */
export async function compareLines(log: LogReader, stage: Stage): Promise<readonly ComparedLine[]> {
  const books = {
    'roof/a': await readBookA(stage, 'producing'),
    'house/a': await readBookA(stage, 'consuming'),
    'roof/b': await readBookB(stage, 'producing'),
    'house/b': await readBookB(stage, 'consuming'),
    'roof/certificates': await readBookOfIssuer(stage),
  }
  const lines = Object.entries(books).map(([line, book]) => compareLine(log, line, book))
  return [...lines, await compareAnchor(log, stage)]
}

function compareLine(log: LogReader, line: string, book: ChainBook): ComparedLine {
  const [asset = ''] = line.split('/')
  const counts = countsOf(log, line)
  const inRegister = toWattHours(log.register(asset).total)
  const hasCertificates = line === 'roof/b' || line === 'roof/certificates'
  const known = hasCertificates ? log.certificates(line) : []
  const told = known.reduce((total, { energy }) => total + energy, 0n)
  const differences = [
    differs('Wh', { log: inRegister, chain: book.wattHours }),
    differs('registrations', { log: counts.registered, chain: book.transactions }),
    ...(hasCertificates
      ? [
          differs('certificates', { log: known.length, chain: book.certificates }),
          differs('Wh of certificates', { log: told, chain: book.certified }),
          differs('Wh of certificates and register', { log: inRegister, chain: book.certified }),
        ]
      : []),
    counts.unfinished === 0 ? [] : [`${counts.unfinished} submissions are not final`],
  ].flat()
  return {
    line,
    entries: counts.entries,
    skipped: counts.skipped,
    transactions: book.transactions,
    certificates: hasCertificates ? book.certificates : undefined,
    onChain: book.wattHours,
    inRegister,
    differences,
  }
}

/** What an anchor holds of the register: the totals of the entries that its newest checkpoint covers. */
async function compareAnchor(log: LogReader, stage: Stage): Promise<ComparedLine> {
  const line = `${gatewayStream}/anchor`
  const { size, root, transactions } = await readAnchorBook(stage)
  const counts = countsOf(log, line)
  const assets = ['roof', 'house']
  const anchored = assets.map(asset => lastTotal(log, asset, size))
  const onChain = anchored.reduce((sum, total) => sum + toWattHours(total), 0n)
  const inRegister = assets.reduce((sum, asset) => sum + toWattHours(log.register(asset).total), 0n)
  const differences = [
    differs('Wh', { log: inRegister, chain: onChain }),
    differs('anchors', { log: counts.registered, chain: transactions }),
    differs(`root of ${size} entries`, { log: `0x${toHex(log.rootAt(size))}`, chain: root }),
    counts.unfinished === 0 ? [] : [`${counts.unfinished} submissions are not final`],
  ].flat()
  return {
    line,
    ...counts,
    entries: size,
    transactions,
    certificates: undefined,
    onChain,
    inRegister,
    differences,
  }
}

/** Total of the newest entry below a size that says one, mJ. */
function lastTotal(log: LogReader, asset: string, size: number): bigint {
  let total = 0n
  for (const page of log.pages({ stream: asset })) {
    for (const { index, document } of page) {
      if (index >= size) return total
      if (typeof document?.total === 'bigint') total = document.total
    }
  }
  return total
}

function countsOf(log: LogReader, line: string) {
  let [entries, skipped, registered, unfinished] = [0, 0, 0, 0]
  for (const { first, last, state } of log.submissions(line, all)) {
    const covered = last - first + 1
    entries += covered
    if (state === 'skipped') skipped += covered
    else if (state === 'final') registered += 1
    else unfinished += 1
  }
  return { entries, skipped, registered, unfinished }
}

function differs<Value>(what: string, { log, chain }: { log: Value; chain: Value }): readonly string[] {
  return log === chain ? [] : [`${what}: the log says ${log}, the chain ${chain}`]
}

/** The table, with a line for each difference below. */
export function tableOf(lines: readonly ComparedLine[]): string {
  const head = ['line', 'entries', 'skipped', 'transactions', 'certificates', 'on the chain', 'register', '']
  const rows = lines.map(line => [
    line.line,
    String(line.entries),
    String(line.skipped),
    String(line.transactions),
    line.certificates === undefined ? '' : String(line.certificates),
    `${line.onChain} Wh`,
    `${line.inRegister} Wh`,
    line.differences.length === 0 ? 'equal' : 'DIFFERS',
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map(row => row[column]?.length ?? 0)))
  const text = [head, ...rows].map(row =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return column === 0 || column === head.length - 1 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
  const told = lines.flatMap(({ line, differences }) =>
    differences.map(difference => `${line}: ${difference}`),
  )
  return [...text, ...told].join('\n')
}
