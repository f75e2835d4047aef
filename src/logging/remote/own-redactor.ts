import { fromUtf8 } from '../../core/bytes.ts'
import { isEnergywebError } from '../../core/errors.ts'
import { Redactor } from '../redactor.ts'
import type { Destination } from './destination.ts'

/** Headers of ours that hold no secret. */
const open: readonly string[] = ['x-scope-orgid']

/**
 * Knows what a destination is told in confidence: its answer may repeat it, and what it answers goes into the spool and from there
 * to whoever asks how things stand.
 */
export function ownRedactor(destination: Destination): Redactor {
  const redactor = new Redactor()
  if (destination.kind === 'syslog') return redactor
  for (const [name, value] of Object.entries(destination.headers)) {
    if (open.includes(name.toLowerCase())) continue
    redactor.add(value)
    const [scheme = '', ...credentials] = value.split(' ')
    for (const one of credentials) redactor.add(one)
    if (scheme.toLowerCase() === 'basic')
      for (const one of basicParts(credentials.join(''))) redactor.add(one)
  }
  return redactor
}

/** What stands in HTTP Basic's base64: both, and the password alone (RFC 7617). */
function basicParts(credentials: string): readonly string[] {
  try {
    const text = fromUtf8(Buffer.from(credentials, 'base64'))
    return [text, text.slice(text.indexOf(':') + 1)]
  } catch (error) {
    // A header that is no text in base64 holds nothing else.
    if (isEnergywebError(error)) return []
    throw error
  }
}
