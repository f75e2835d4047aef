type Expected = { readonly error: string } | object

/**
 * Milliseconds that a whole exchange of a case may take: little where it must run out, and else so much that a busy machine never
 * makes a good answer a late one.
 */
export function patienceOf(expected: Expected | readonly Expected[]): number {
  const runsOut = [expected].flat().some(one => 'error' in one && one.error === 'source-timeout')
  return runsOut ? 500 : 20_000
}
