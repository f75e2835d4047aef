import { createHash, createHmac } from 'node:crypto'
import { fromHex } from '../../core/bytes.ts'

/** SHA-1 until version 10.4, as the Miniserver says; it never hashes more than what the server has told for one use. */
export type LoxoneHash = 'SHA1' | 'SHA256'

/** What a log-in proves the password with: it does not travel itself. */
export function passwordHash(
  { user, password }: { readonly user: string; readonly password: string },
  { salt, key, algorithm }: { readonly salt: string; readonly key: string; readonly algorithm: LoxoneHash },
): string {
  const hashed = createHash(algorithm).update(`${password}:${salt}`).digest('hex').toUpperCase()
  return keyedHash(`${user}:${hashed}`, key, algorithm)
}

/** What a command proves a token with. @param key - hexadecimal, for one use */
export function keyedHash(text: string, key: string, algorithm: LoxoneHash): string {
  return createHmac(algorithm, fromHex(key)).update(text).digest('hex')
}

/** True from a version on, both like `10.1.12.5`. */
export function isVersion(version: string, from: string): boolean {
  const [parts, wanted] = [version, from].map(text => text.split('.').map(Number))
  for (let i = 0; i < 4; i++) {
    const difference = (parts?.[i] ?? 0) - (wanted?.[i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}
