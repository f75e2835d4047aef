import { parseAnyVerifierKey } from '../proof/ecdsa-key.ts'
import type { VerifierKey } from '../proof/verifier-key.ts'
import { byOpenSsl } from '../storage/openssl-signatures.ts'

/**
 * The key of a log, or an evidence key, that somebody trusts, as a text.
 * @throws EnergywebError `note-invalid` for what is no verifier key
 */
export function trustedKey(text: string): VerifierKey {
  return byOpenSsl(parseAnyVerifierKey(text))
}
