/** Milliseconds: the first wait, and the longest. */
const first = 1_000
const longest = 300_000
/** Where somebody has to change something first. */
const standing = 60_000
/** What a destination may ask for at most. */
const longestAsked = 3_600_000

/** How long a destination is left alone after it failed so many times in a row: twice as long each time, by chance up to half less. */
export function waitAfter(
  failures: number,
  options: { random: () => number; asked?: number | undefined; stands?: boolean },
): number {
  const { random, asked = 0, stands = false } = options
  const base = stands ? standing : first
  const wait = Math.min(longest, base * 2 ** Math.min(20, Math.max(0, failures - 1)))
  // What was asked for is waited for in full; the chance comes on top, or all would come back at once.
  return Math.max(wait * (0.5 + random() / 2), Math.min(longestAsked, asked) * (1 + random() / 10))
}
