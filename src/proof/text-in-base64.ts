import { fromBase64, fromUtf8 } from '../core/bytes.ts'

/** The text that this is the base64 of, padding and unused bits right, its UTF-8 valid; undefined when it is of none. */
export function textInBase64(base64: string): string | undefined {
  // Most texts are none, and a thrown error costs more than all else that is done for a field.
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return undefined
  try {
    return fromUtf8(fromBase64(base64))
  } catch {
    // Both throw for what is no base64, or no UTF-8, and for nothing else.
    return undefined
  }
}
