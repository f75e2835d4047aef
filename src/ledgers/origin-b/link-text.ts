import { fromHex, toBase64url } from '../../core/bytes.ts'

/**
 * The text that a reading carries to the contract: the leaf hash of the entry that is registered, base64url, 43 characters.
 * The stream's next entry has the same text as its `previous`. As entries are chained, it stands for all entries up to this
 * one, those of a night without energy too.
 * @param leafHash - 0x and 64 hex digits
 */
export function linkText(leafHash: string): string {
  return toBase64url(fromHex(leafHash))
}
