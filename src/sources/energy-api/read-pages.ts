import { EnergywebError } from '../../core/errors.ts'
import { printableUrl } from '../../core/printable-url.ts'
import type { HttpResponse } from '../../core/source.ts'
import { malformed } from '../answers.ts'
import { acceptJson } from '../json-client.ts'
import { type Envelope, parseEnvelope } from './envelope.ts'
import { nextPage } from './next-page.ts'

/** More pages than this are asked for in shorter times, as too large an answer is. */
const mostPages = 100
/** All pages together: what a hundred full ones hold, twice. */
const mostRows = 200_000
const mostBytesOfAll = 16_777_216

export interface Pages {
  readonly pages: readonly Envelope[]
  readonly warnings: readonly string[]
}

/**
 * Gets the first page and all that follow. An empty list is answered with 400, like a wrong request: `isEmpty` tells the
 * two apart for the first page. A later page was named by the service itself, so that its 400 is the end of the list.
 *
 * @throws EnergywebError `source-malformed` for a loop or an address elsewhere; `source-too-large` for more than 100 pages, or
 * pages that hold too much together
 */
export async function readPages(
  first: string,
  base: string,
  {
    ask,
    isEmpty,
  }: { ask(url: string): Promise<HttpResponse>; isEmpty(response: HttpResponse): Promise<boolean> },
): Promise<Pages> {
  const pages: Envelope[] = []
  const seen = new Set<string>()
  let [rows, bytes] = [0, 0]
  let url: string | undefined = new URL(first).href
  while (url !== undefined) {
    const where = printableUrl(url)
    if (seen.has(url)) throw malformed(where, 'the pages lead in a circle')
    if (seen.size === mostPages) throw tooLarge(`${where}: more than ${mostPages} pages`)
    seen.add(url)
    const response = await ask(url)
    if (response.status === 400) {
      if (pages.length > 0)
        return { pages, warnings: [`page ${seen.size} answered 400: taken as the end of the list`] }
      if (await isEmpty(response)) return { pages, warnings: [] }
    }
    const page = parseEnvelope(acceptJson(response, url))
    rows += page.rows.length
    bytes += response.body.length
    if (rows > mostRows || bytes > mostBytesOfAll)
      throw tooLarge(`${where}: the pages hold too much together`)
    pages.push(page)
    url = page.next === undefined ? undefined : nextPage(page.next, { base, page: url, where })
  }
  return { pages, warnings: [] }
}

function tooLarge(message: string): EnergywebError {
  return new EnergywebError('source-too-large', message, {
    hint: 'Poll more often, or set a larger limit.',
  })
}
