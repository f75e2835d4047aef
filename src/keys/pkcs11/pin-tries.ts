import { EnergywebError } from '../../core/errors.ts'
import { ckf } from './cryptoki.ts'
import { tokenError } from './token-errors.ts'

/**
 * A token locks after a few wrong PINs: one that would be the last, or that may have been refused already, is not given.
 * @param flags - of the token
 * @throws EnergywebError `key-unavailable`, retryable: the right PIN, given by hand, sets the token's count back; `key-password`
 * when it is locked
 */
export function requirePinTries(
  flags: number,
  { what, isUnsure }: { readonly what: string; readonly isUnsure: boolean },
): void {
  if ((flags & ckf.pinLocked) !== 0) throw tokenError(new Error('CKR_PIN_LOCKED'), what)
  const isLast = (flags & ckf.pinFinalTry) !== 0
  if (!isLast && !(isUnsure && (flags & ckf.pinCountLow) !== 0)) return
  const why = isLast ? 'locks at the next wrong PIN' : 'counts a wrong PIN, which may have been ours'
  throw new EnergywebError('key-unavailable', `${what} ${why}`, {
    retryable: true,
    hint: "No PIN is tried now. Log in once by hand, with the maker's tool or `pkcs11-tool --login --test`: the right PIN sets the count back.",
  })
}
