/**
 * Where in its interval a task of this name stands, 0 <= phase < 1: always the same for the same name, and spread evenly
 * over names that differ in one digit. FNV-1a (Fowler, Noll, Vo) with the 32-bit finaliser of MurmurHash3 (Appleby).
 */
export function phaseOf(name: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
