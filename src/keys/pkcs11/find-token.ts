import { EnergywebError } from '../../core/errors.ts'
import { type Cryptoki, ckf, type Handle, type TokenInfo } from './cryptoki.ts'
import type { TokenFace, TokenName } from './protocol.ts'

/** A token where it is now. */
export interface PlacedToken {
  readonly slot: Handle
  readonly info: TokenInfo
}

/** Every token that the library shows now, also those not set up yet. */
export function tokensOf(cryptoki: Cryptoki): PlacedToken[] {
  return cryptoki.C_GetSlotList(true).flatMap(slot => {
    try {
      return [{ slot, info: cryptoki.C_GetTokenInfo(slot) }]
    } catch (error) {
      // Taken out since the list was made, or none that the library understands.
      if (error instanceof Error && /CKR_(TOKEN_NOT|DEVICE_REMOVED)/.test(error.message)) return []
      throw error
    }
  })
}

export function faceOf(info: TokenInfo): TokenFace {
  return {
    label: unpadded(info.label),
    serial: unpadded(info.serialNumber),
    manufacturer: unpadded(info.manufacturerID),
    model: unpadded(info.model),
  }
}

/** Blank padded by the standard; some pad with zeros. */
function unpadded(text: string): string {
  return text.replace(/[\s\0]+$/, '')
}

/**
 * The token of that name.
 * @throws EnergywebError `key-unavailable`, retryable, when it is not there; `key-invalid` when there are two
 */
export function findToken(cryptoki: Cryptoki, { token, serial }: TokenName): PlacedToken {
  const all = tokensOf(cryptoki).filter(({ info }) => (info.flags & ckf.tokenInitialized) !== 0)
  const fitting = all.filter(({ info }) => {
    const face = faceOf(info)
    return (token === undefined || face.label === token) && (serial === undefined || face.serial === serial)
  })
  const [found, ...others] = fitting
  if (found !== undefined && others.length === 0) return found
  const list = (some: readonly PlacedToken[]) =>
    some.map(({ info }) => `${faceOf(info).label} (serial ${faceOf(info).serial})`).join(', ')
  const words = [token, serial === undefined ? undefined : `serial ${serial}`].filter(
    one => one !== undefined,
  )
  if (found !== undefined) {
    throw new EnergywebError('key-invalid', `${fitting.length} tokens are ${words.join(', ')}`, {
      hint: `Say which one by its serial number: ${list(fitting)}.`,
    })
  }
  throw new EnergywebError('key-unavailable', `there is no token ${words.join(', ')}`, {
    retryable: true,
    hint:
      all.length === 0
        ? 'The library shows no token that is set up. Where its tokens are may stand in its environment, as with SOFTHSM2_CONF.'
        : `There is ${list(all)}.`,
  })
}
