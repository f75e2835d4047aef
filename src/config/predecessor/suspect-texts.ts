import type { PlainValue } from '../read-node.ts'

/** What parameters are called that hold no secret. All others may, also those that no class takes: they may be misspelt. */
const plainNames = new Set([
  ...['name', 'class_name', 'ip', 'user', 'usr', 'source', 'base_url', 'device_id', 'hours_from_now'],
  ...['ba', 'asset_id', 'wallet_add', 'client_url', 'addresses', 'address'],
])

/** Texts of an old file that may be secrets: all but those whose names say that they are none. */
export function suspectTexts(value: PlainValue, name = ''): readonly string[] {
  if (typeof value === 'string' || typeof value === 'number')
    return plainNames.has(name) || isKnownModule(name, value) ? [] : [String(value)]
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(one => suspectTexts(one, name))
  return Object.entries(value).flatMap(([key, one]) => suspectTexts(one, key))
}

/** A module of the old package; any other is only a name that nobody checks, and may be what was pasted a line too high. */
function isKnownModule(name: string, value: string | number): boolean {
  return name === 'module' && /^energyweb(\.[a-z_]\w*)+$/.test(String(value))
}
