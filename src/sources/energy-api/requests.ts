import { isEnergywebError } from '../../core/errors.ts'
import { formatInstant, type Instant } from '../../core/time.ts'

const shortest = 3_600_000

/** Address of the energies between two instants. The known server answers 404 to fractions of a second and 500 when an end is missing. */
export function energiesUrl(asset: string, range: { start: Instant; end: Instant; limit: number }): string {
  const query = new URLSearchParams({
    timeStart: wholeSeconds(range.start),
    timeEnd: wholeSeconds(range.end),
    accumulated: 'false',
    limit: String(range.limit),
  })
  return `${asset}/energy?${query}`
}

function wholeSeconds(instant: Instant): string {
  return `${formatInstant(instant).slice(0, 19)}Z`
}

/**
 * Gets a range that may hold more than one answer can: too large an answer halves the range, down to an hour; an
 * empty part leads on to the rest. So after a long outage each poll brings the oldest part that fits.
 */
export async function firstPart<Part>(
  range: { start: Instant; end: Instant },
  get: (range: { start: Instant; end: Instant }) => Promise<Part>,
  isEmpty: (part: Part) => boolean,
): Promise<Part> {
  let { start, end } = range
  while (true) {
    const part = await get({ start, end }).catch((error: unknown) => {
      if (!isEnergywebError(error, 'source-too-large') || end - start <= shortest) throw error
      return undefined
    })
    if (part === undefined) end = start + Math.floor((end - start) / 2)
    else if (isEmpty(part) && end < range.end) {
      start = end
      end = range.end
    } else return part
  }
}
