import { readFile } from 'node:fs/promises'

/** What is said where memory may be written to a disk; undefined where it is not, or nobody can tell. */
export async function swapWarning(read = () => readFile('/proc/swaps', 'utf8')): Promise<string | undefined> {
  const text = await read().catch(() => '')
  const places = text
    .split('\n')
    .slice(1)
    .flatMap(line => line.split(/\s+/, 1))
    // Compressed memory is memory; a mapped device is most often an encrypted one.
    .filter(place => place !== '' && !/^\/dev\/(zram|dm-|mapper\/)/.test(place))
  if (places.length === 0) return undefined
  return `this machine swaps to ${places.join(', ')}: what is edited in memory may be written there. Encrypt it, or run swapoff first.`
}
