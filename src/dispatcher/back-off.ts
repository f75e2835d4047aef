/** The shortest wait after a failure, in milliseconds. */
const shortestBackOff = 1_000
/** The longest wait after a failure, in milliseconds. */
const longestBackOff = 300_000

/**
 * Milliseconds to wait after so many failures in a row (1 or more): between half and all of a ceiling that doubles from
 * 2 s to 5 min. Half is left to chance so that tasks which failed together don't come back together.
 * @param random - 0 <= random < 1
 */
export function backOffMilliseconds(failures: number, random: number): number {
  const ceiling = Math.min(longestBackOff, shortestBackOff * 2 ** Math.min(failures, 30))
  return Math.round((ceiling / 2) * (1 + random))
}
