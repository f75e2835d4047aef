import { EnergywebError } from '../../core/errors.ts'

/*
 * The static part of the contract ABI: every argument and result of the registries we speak to is one 32-byte word.
 */

export type Word = bigint | boolean | string

const wordDigits = 64

/**
 * Call data of a function whose arguments are all static words: numbers and booleans are padded on the left; a text is
 * hex with 0x, of exactly 32 bytes (bytes32) or 20 bytes (address).
 * @throws EnergywebError `abi-invalid` for a value that does not fit.
 */
export function encodeCall(selector: string, ...words: readonly Word[]): string {
  return selector + words.map(encodeWord).join('')
}

/** One word as 64 hex digits without 0x. */
export function encodeWord(word: Word): string {
  if (typeof word === 'boolean') return word ? '1'.padStart(wordDigits, '0') : '0'.repeat(wordDigits)
  if (typeof word === 'string') {
    if (!/^0x([0-9a-fA-F]{64}|[0-9a-fA-F]{40})$/.test(word)) {
      throw new EnergywebError('abi-invalid', `"${word.slice(0, 80)}" is neither 32 bytes nor an address`)
    }
    return word.slice(2).toLowerCase().padStart(wordDigits, '0')
  }
  if (word < 0n || word >= 1n << 256n) throw new EnergywebError('abi-invalid', `${word} is not a uint256`)
  return word.toString(16).padStart(wordDigits, '0')
}

/**
 * The words of a result or of an event's data: exactly `count` of them.
 * @throws EnergywebError `abi-invalid` for another length: it is another contract.
 */
export function decodeWords(data: string, count: number): readonly string[] {
  if (data.length !== 2 + count * wordDigits) {
    throw new EnergywebError(
      'abi-invalid',
      `expected ${count} words, the contract gave ${(data.length - 2) / 2} bytes`,
      {
        hint: 'Is it the address of the right kind of contract (producing or consuming)?',
      },
    )
  }
  return Array.from({ length: count }, (_, i) => data.slice(2 + i * wordDigits, 2 + (i + 1) * wordDigits))
}

export const numberOfWord = (word: string | undefined): bigint => BigInt(`0x${word ?? ''}`)
export const flagOfWord = (word: string | undefined): boolean => numberOfWord(word) !== 0n
export const addressOfWord = (word: string | undefined): string => `0x${word?.slice(24) ?? ''}`
export const bytesOfWord = (word: string | undefined): string => `0x${word ?? ''}`
