const quote = 0x22
const backslash = 0x5c

/** How large a JSON text is once it is parsed. */
export interface JsonSize {
  /** Arrays and objects around the innermost value. */
  readonly depth: number
  /** Values that it holds at most. */
  readonly values: number
}

/**
 * Measures hostile JSON before it is parsed: 32 MB of `{},` are parsed to more than a gigabyte, in a minute, and what is
 * nested deep enough ends the process. Text that is not JSON has a size, too.
 */
export function jsonSizeOf(bytes: Uint8Array): JsonSize {
  let depth = 0
  let deepest = 0
  let values = 1
  let inText = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (inText) {
      if (byte === backslash) i++
      else if (byte === quote) inText = false
    } else if (byte === quote) inText = true
    else if (byte === 0x2c) values++
    else if (byte === 0x5b || byte === 0x7b) {
      values++
      deepest = Math.max(deepest, ++depth)
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
  return { depth: deepest, values }
}
