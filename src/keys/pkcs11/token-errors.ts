import { EnergywebError, type ErrorCode, messageOf } from '../../core/errors.ts'

/** What a return value of PKCS#11 (v2.40, section 5.1.6) means to who sees it. Others may pass by themselves. */
const meanings: Readonly<Record<string, readonly [ErrorCode, string, string?]>> = {
  CKR_PIN_INCORRECT: [
    'key-password',
    'the PIN is wrong',
    'It is not tried again: a token locks after a few wrong ones. Write the right PIN where it was taken from, then start again.',
  ],
  CKR_PIN_LEN_RANGE: ['key-password', 'the PIN has a length that the token does not take'],
  CKR_PIN_INVALID: ['key-password', 'the PIN has characters that the token does not take'],
  CKR_PIN_EXPIRED: ['key-password', 'the PIN has expired', "Set a new one with the maker's tool."],
  CKR_PIN_LOCKED: [
    'key-password',
    'the token is locked after too many wrong PINs',
    'Its security officer sets a new PIN: `pkcs11-tool --init-pin --login --login-type so`.',
  ],
  CKR_USER_PIN_NOT_INITIALIZED: [
    'key-password',
    'the token has no PIN yet',
    'Set one: `pkcs11-tool --init-pin --login --login-type so`.',
  ],
  CKR_MECHANISM_INVALID: ['key-invalid', "the token can't do this algorithm"],
  CKR_KEY_TYPE_INCONSISTENT: ['key-invalid', 'the key is of another kind'],
  CKR_KEY_FUNCTION_NOT_PERMITTED: [
    'key-invalid',
    'the key may not be used for this (CKA_SIGN or CKA_DECRYPT is false)',
  ],
  CKR_MECHANISM_PARAM_INVALID: ['key-invalid', "the token can't do this algorithm in this way"],
  CKR_ARGUMENTS_BAD: ['key-invalid', "the token can't do this algorithm in this way"],
  CKR_ENCRYPTED_DATA_INVALID: ['key-invalid', 'this was not encrypted for the key'],
  CKR_ENCRYPTED_DATA_LEN_RANGE: ['key-invalid', 'this was not encrypted for the key'],
  CKR_CURVE_NOT_SUPPORTED: ['key-invalid', 'the token does not have this curve'],
  CKR_DOMAIN_PARAMS_INVALID: ['key-invalid', 'the token does not have this curve'],
  CKR_TOKEN_WRITE_PROTECTED: ['key-invalid', 'the token is write-protected'],
  CKR_DEVICE_MEMORY: ['key-invalid', 'the token is full'],
}

/** What may pass by itself, in words. A library that finds neither its settings nor its token says no more than CKR_GENERAL_ERROR. */
const passing: Readonly<Record<string, string>> = {
  CKR_GENERAL_ERROR: 'the library can not go on and does not say why',
  CKR_FUNCTION_FAILED: 'the library can not go on and does not say why',
  CKR_DEVICE_ERROR: 'the token has failed',
  CKR_DEVICE_REMOVED: 'the token was taken away',
  CKR_TOKEN_NOT_PRESENT: 'the token is not there',
  CKR_TOKEN_NOT_RECOGNIZED: 'the token is not one that this library knows',
}

/** An error of a library as one of ours. What no one can mend by waiting is not `retryable`. */
export function tokenError(thrown: unknown, what: string): EnergywebError {
  if (thrown instanceof EnergywebError) return thrown
  const said = messageOf(thrown)
  const word = /CKR_\w+/.exec(said)?.[0]
  const meaning = word === undefined ? undefined : meanings[word]
  if (meaning === undefined) {
    const passes = word === undefined ? undefined : passing[word]
    return new EnergywebError(
      'key-unavailable',
      `${what}: ${passes === undefined ? said : `${passes} (${word})`}`,
      {
        retryable: true,
        hint: 'Is the token there, its service running, and does the library find its settings (like the variable SOFTHSM2_CONF) here?',
        cause: thrown,
      },
    )
  }
  const [code, why, hint] = meaning
  return new EnergywebError(code, `${what}: ${why} (${word})`, {
    ...(hint !== undefined && { hint }),
    cause: thrown,
  })
}
