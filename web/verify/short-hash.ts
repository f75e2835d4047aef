/** The beginning of a hash, enough to tell it from the others of a drawing; the whole one stands beside it as a title. */
export function shortHash(hash: string): string {
  return hash === '' ? '' : `${hash.slice(0, 8)}…`
}
