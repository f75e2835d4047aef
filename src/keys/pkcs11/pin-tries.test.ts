import { expect, test } from 'vitest'
import { isEnergywebError } from '../../core/errors.ts'
import { type Cryptoki, ckf } from './cryptoki.ts'
import { requirePinTries } from './pin-tries.ts'
import { TokenSession } from './token-session.ts'

const what = 'the token ew'

/** The code of the refusal, and whether waiting may help; undefined when the PIN may be given. */
function refusal(flags: number, isUnsure: boolean) {
  try {
    requirePinTries(flags, { what, isUnsure })
    return undefined
  } catch (error) {
    return isEnergywebError(error) ? `${error.code} ${error.retryable}` : 'another error'
  }
}

test('the last try is left to a person, and so is a second one with a PIN that may have been refused', () => {
  expect(refusal(0, false)).toBeUndefined()
  expect(refusal(0, true)).toBeUndefined()
  expect(refusal(ckf.pinCountLow, false)).toBeUndefined()
  expect(refusal(ckf.pinCountLow, true)).toBe('key-unavailable true')
  expect(refusal(ckf.pinFinalTry, false)).toBe('key-unavailable true')
  expect(refusal(ckf.pinCountLow | ckf.pinFinalTry, false)).toBe('key-unavailable true')
  expect(refusal(ckf.pinLocked, false)).toBe('key-password false')
})

/** A library with one token of these flags, which takes any PIN and counts how often it is given one. */
function library(flags: number): Cryptoki & { readonly logins: string[] } {
  const logins: string[] = []
  const handle = Uint8Array.of(1)
  const unused = () => {
    throw new Error('CKR_FUNCTION_NOT_SUPPORTED')
  }
  const info = {
    label: 'ew'.padEnd(32),
    manufacturerID: '',
    model: '',
    serialNumber: '1',
    flags: flags | ckf.tokenInitialized,
  }
  return {
    logins,
    load: unused,
    C_Initialize: unused,
    C_Finalize: unused,
    C_GetSlotList: () => [handle],
    C_GetTokenInfo: () => info,
    C_OpenSession: () => handle,
    C_GetSessionInfo: () => ({ state: 3 }),
    C_Login: (_session, _user, pin) => void logins.push(pin),
    C_FindObjectsInit: unused,
    C_FindObjects: unused,
    C_FindObjectsFinal: unused,
    C_GetAttributeValue: unused,
    C_GenerateRandom: unused,
    C_SignInit: unused,
    C_Sign: unused,
    C_DecryptInit: unused,
    C_Decrypt: unused,
    C_DestroyObject: unused,
    C_GenerateKeyPair: unused,
  }
}

test('no PIN reaches a token that locks at the next wrong one', () => {
  const open = (flags: number, isUnsure = false) => {
    const cryptoki = library(flags)
    try {
      TokenSession.open(cryptoki, { name: { token: 'ew' }, pin: '1234', isUnsure })
    } catch (error) {
      expect(isEnergywebError(error, 'key-unavailable')).toBe(true)
    }
    return cryptoki.logins
  }
  expect(open(ckf.loginRequired)).toEqual(['1234'])
  expect(open(ckf.loginRequired | ckf.pinCountLow)).toEqual(['1234'])
  expect(open(ckf.loginRequired | ckf.pinCountLow, true)).toEqual([])
  expect(open(ckf.loginRequired | ckf.pinFinalTry)).toEqual([])
  // A token that asks for no login has none to count.
  expect(open(ckf.pinFinalTry)).toEqual([])
})

test('a token that says it has random bytes and has none is there all the same; one that fails is not', () => {
  const cryptoki = library(ckf.random)
  const session = TokenSession.open(cryptoki, { name: { token: 'ew' }, pin: '1234' })
  expect(session.probe().label).toBe('ew')
  cryptoki.C_GenerateRandom = () => {
    throw new Error('CKR_DEVICE_REMOVED')
  }
  expect(() => session.probe()).toThrow(/CKR_DEVICE_REMOVED/)
})

test('a token that has forgotten the login, or lies in the place of another, is away', () => {
  const forgetful = library(ckf.loginRequired)
  const session = TokenSession.open(forgetful, { name: { token: 'ew' }, pin: '1234' })
  expect(session.probe().label).toBe('ew')
  forgetful.C_GetSessionInfo = () => ({ state: 2 })
  expect(() => session.probe()).toThrow('the token ew has forgotten the login')
  forgetful.C_GetSessionInfo = () => ({ state: 3 })
  const other = forgetful.C_GetTokenInfo(Uint8Array.of(1))
  forgetful.C_GetTokenInfo = () => ({ ...other, serialNumber: '2' })
  expect(() => session.probe()).toThrow('ew (serial 2) lies in the place of the token ew')
})
