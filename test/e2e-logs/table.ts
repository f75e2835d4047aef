import { formatTable } from '../../src/cli/table.ts'
import type { PlaceResult } from './scenario.ts'
import type { ScrapeResult } from './scrape.ts'

const yes = (is: boolean) => (is ? 'yes' : 'NO')

/** What was proved, a row a place. */
export function tableOf(results: readonly PlaceResult[]): string {
  const heads = [
    'sink',
    'written',
    'arrived',
    'shed',
    'told',
    'lost by kill',
    'repeats shown',
    'repeats known',
    'in order',
    'secrets found',
    'counterpart',
  ]
  const rows = results.map(result => [
    result.name,
    String(result.written),
    String(result.arrived),
    String(result.shed),
    String(result.told),
    String(result.lost),
    String(result.repeats),
    String(result.hidden),
    yes(result.inOrder),
    String(result.secrets),
    result.counterpart,
  ])
  return formatTable(heads, rows, { right: [1, 2, 3, 4, 5, 6, 7, 9] })
}

/** What was proved of the metrics, a line each. */
export function scrapedLines(scraped: ScrapeResult | undefined): readonly string[] {
  if (scraped === undefined) return []
  const { counterpart, scrapes, series, proved } = scraped
  const head = `metrics: ${scrapes} scrapes of ${series} samples by ${counterpart}`
  return [head, ...proved.map(what => `  ${what}`), '']
}
