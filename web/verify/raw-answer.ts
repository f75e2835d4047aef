import { fromBase64url, fromUtf8, toBase64url, toHex } from '../../src/core/bytes.ts'
import { isEnergywebError } from '../../src/core/errors.ts'
import type { Evidence } from '../../src/proof/evidence/evidence.ts'
import type { RebuiltEntry } from '../../src/proof/evidence/rebuilt-entry.ts'
import { nobleHashes } from '../../src/proof/hashes.ts'

/** What a source answered, as far as it is to be shown. */
export interface RawAnswer {
  readonly mediaType: string
  readonly length: number
  /** Text, or hex of what is none; the beginning of it. */
  readonly text: string
  readonly isText: boolean
  /** Whether its SHA-256 is the one in the document. */
  readonly holds: boolean
}

const longest = 4_000

/** The answer from which an entry's reading came, if the file has it. */
export function rawAnswer({ raw }: Evidence, { document }: RebuiltEntry): RawAnswer | undefined {
  const hash = document.raw
  if (raw === undefined || typeof hash !== 'string' || !Object.hasOwn(raw, hash)) return undefined
  const answer = raw[hash]
  if (answer === undefined) return undefined
  const bytes = fromBase64url(answer.bytes)
  const text = textOf(bytes)
  return {
    mediaType: answer.mediaType,
    length: bytes.length,
    text: text?.slice(0, longest) ?? toHex(bytes.subarray(0, longest / 8)),
    isText: text !== undefined,
    holds: toBase64url(nobleHashes.sha256(bytes)) === hash,
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return fromUtf8(bytes)
  } catch (error) {
    if (isEnergywebError(error, 'argument-invalid')) return undefined
    throw error
  }
}
