import { EnergywebError } from '../core/errors.ts'

/**
 * Reads an address that is connected to. What stands before an `@` is never taken: it would end up in logs, and makes one host look
 * like another.
 * @param schemes - like `https`
 * @throws EnergywebError `argument-invalid`; its message names the host alone
 */
export function webAddress(text: string, schemes: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !schemes.includes(url.protocol.slice(0, -1))) {
    throw new EnergywebError('argument-invalid', `not an ${schemes.join(' or ')} address`, {
      hint: `Write it like ${schemes.at(-1)}://meter.example.org/api.`,
    })
  }
  if (url.username === '' && url.password === '') return url
  throw new EnergywebError(
    'argument-invalid',
    `${url.protocol}//${url.host}: the address holds credentials`,
    { hint: 'Addresses end up in logs: put user and password under auth.' },
  )
}
