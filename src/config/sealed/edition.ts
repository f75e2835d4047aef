/**
 * The edition of a file that is sealed now: seconds since 1970, so that one that was sealed elsewhere, without knowing of the others,
 * is newer than they; and never one that there was, whatever the clock says.
 * @param before - of the files that it comes after; 0 for one from before there were editions
 * @param now - milliseconds
 */
export function nextEdition(before: readonly (number | undefined)[], now: number): number {
  return Math.max(...before.map(edition => (edition ?? 0) + 1), Math.floor(now / 1_000), 1)
}

/** An edition for people: when it was sealed, or after what. */
export function editionWords(edition: number): string {
  return edition === 0 ? 'a sealing from before there were editions' : `edition ${edition} (${day(edition)})`
}

function day(edition: number): string {
  const time = new Date(edition * 1_000)
  return Number.isNaN(time.getTime()) ? 'of no time' : time.toISOString().replace('.000Z', 'Z')
}
