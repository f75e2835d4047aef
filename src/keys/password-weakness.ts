const shortest = 12
const fewestDistinct = 6
const fewestAfterCommon = 6

/** Parts that head every published list of leaked passwords, and runs of keys. Longest first, so that they win. */
const commonParts = [
  'energyweb',
  'password',
  'passwort',
  'passw0rd',
  'p@ssw0rd',
  'p@ssword',
  'iloveyou',
  'sunshine',
  'princess',
  'football',
  'baseball',
  'trustno1',
  'changeme',
  'whatever',
  'superman',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1q2w3e4r5t',
  '1q2w3e4r',
  '1qaz2wsx',
  'q1w2e3r4',
  'qazwsx',
  'abcdefgh',
  'abcd1234',
  'abc123',
  'letmein',
  'welcome',
  'default',
  'gateway',
  'dragon',
  'master',
  'monkey',
  'shadow',
  'secret',
  'hunter2',
  'qwerty',
  'qwertz',
  'azerty',
  'asdf',
  'admin',
  'login',
  'hello',
  'test',
  'user',
  'root',
  'pass',
  'meter',
  'solar',
  '0123456789',
  '1234567890',
  '123456789',
  '12345678',
  '1234567',
  '123456',
  '12345',
  '1234',
  '987654321',
  '87654321',
  '654321',
  '4321',
].toSorted((a, b) => b.length - a.length)

/**
 * Why a password is easy to guess, in one phrase; undefined when none of three plain rules says so: shorter than 12
 * characters, fewer than 6 different ones, or fewer than 6 different ones left when the best-known passwords are taken out of it.
 * It finds the worst only: silence is no proof of strength.
 */
export function passwordWeakness(password: string): string | undefined {
  const characters = Array.from(password)
  if (characters.length === 0) return 'it is empty'
  if (characters.length < shortest) return `it has fewer than ${shortest} characters`
  if (new Set(characters).size < fewestDistinct)
    return `it has fewer than ${fewestDistinct} different characters`
  let rest = password.toLowerCase()
  for (const part of commonParts) rest = rest.replaceAll(part, ' ')
  if (rest === password.toLowerCase()) return undefined
  const left = new Set(rest.replace(/\s/g, '')).size
  return left < fewestAfterCommon ? 'it is made of the most common passwords' : undefined
}
