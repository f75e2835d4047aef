import { isSameKey } from './check-witnesses.ts'
import { didYouMean } from './nearest.ts'
import type { Finding, PathStep } from './problem.ts'
import type { Config } from './schema.ts'

/** What to say of a name that its section does not have; nothing of one that it has. */
export function unknownName(
  path: readonly PathStep[],
  section: string,
  name: string,
  known: object | undefined,
): Finding[] {
  const names = Object.keys(known ?? {})
  if (names.includes(name)) return []
  const near = didYouMean(name, names)
  return [{ path, message: `there is no "${name}" in ${section}${near}` }]
}

/** True for the log's own keys, the evidence key among them, and for another name of the same one. */
export function isLogKey({ log, keys = {} }: Config, name: string): boolean {
  return [log?.key, log?.evidence?.key].some(own => own !== undefined && isSameKey(keys, own, name))
}
