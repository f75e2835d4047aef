import { hexToString, stringToHex } from 'viem/utils'
import { EnergywebError } from '../../core/errors.ts'
import type { Hex } from './view.ts'

/** A text as bytes32: UTF-8, zeros on the right. @throws EnergywebError `argument-invalid` above 32 bytes */
export function wordOfText(text: string): Hex {
  const hex = stringToHex(text)
  if (hex.length <= 2 + 64) return stringToHex(text, { size: 32 })
  throw new EnergywebError(
    'argument-invalid',
    `"${text.slice(0, 80)}" is longer than 32 bytes, the registry's limit`,
  )
}

/** The text in a bytes32, without the zeros behind it. */
export function textOfWord(word: Hex): string {
  return hexToString(word, { size: 32 }).replace(/\0+$/, '')
}
