import { parseCid } from '../../core/any-cid.ts'
import { toHex, utf8 } from '../../core/bytes.ts'
import { contentUuids } from './derived-ids.ts'
import { uuidBytes } from './uuid.ts'

/**
 * True when the data of a call names content: by its CID as text, by the digest, or by a UUID of it.
 * @param data - 0x and hex digits
 */
export function namesContent(data: string, cid: string): boolean {
  const hex = data.toLowerCase()
  if (hex.includes(hexOf(cid))) return true
  const parsed = parseCid(cid)
  if (hex.includes(toHex(parsed.digest))) return true
  const { v5, v8 } = contentUuids(parsed)
  return [v5, v8].some(uuid => hex.includes(hexOf(uuid)) || hex.includes(toHex(uuidBytes(uuid))))
}

const hexOf = (text: string) => toHex(utf8(text))
