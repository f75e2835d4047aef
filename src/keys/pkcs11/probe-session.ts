import { EnergywebError, messageOf } from '../../core/errors.ts'
import { type Cryptoki, ckf, cks, type Handle } from './cryptoki.ts'
import { faceOf } from './find-token.ts'
import type { TokenFace } from './protocol.ts'
import { tokenError } from './token-errors.ts'

/** What was opened, and what the token said of itself then. */
export interface ProbedSession {
  readonly session: Handle
  readonly slot: Handle
  readonly face: TokenFace
}

/**
 * Asks whether a token is still there, and the login too; cheap. A library may answer from memory for a token that is gone:
 * SoftHSM 2.6.1 tells of its sessions and slots so, tpm2-pkcs11 1.9.0 of its tokens too. Random bytes have to come from the token itself.
 * @throws EnergywebError `key-unavailable`, retryable, when it is away
 */
export function probeSession(cryptoki: Cryptoki, { session, slot, face }: ProbedSession): void {
  const what = `the token ${face.label}`
  try {
    const { state } = cryptoki.C_GetSessionInfo(session)
    const info = cryptoki.C_GetTokenInfo(slot)
    const isIn = state === cks.readWriteUser || state === cks.readOnlyUser
    if ((info.flags & ckf.loginRequired) !== 0 && !isIn) throw gone(`${what} has forgotten the login`)
    const { label, serial } = faceOf(info)
    if (label !== face.label || serial !== face.serial) {
      throw gone(`${label} (serial ${serial}) lies in the place of ${what}`)
    }
    if ((info.flags & ckf.random) !== 0) askForRandom(cryptoki, session)
  } catch (error) {
    throw tokenError(error, what)
  }
}

function askForRandom(cryptoki: Cryptoki, session: Handle): void {
  try {
    cryptoki.C_GenerateRandom(session, Buffer.alloc(8))
  } catch (error) {
    // It says that it has some and has none: nothing is known by that.
    if (!/CKR_(RANDOM_NO_RNG|FUNCTION_NOT_SUPPORTED)/.test(messageOf(error))) throw error
  }
}

function gone(message: string): EnergywebError {
  return new EnergywebError('key-unavailable', message, { retryable: true })
}
