import { toBase64url, utf8 } from '../core/bytes.ts'

/** What of an entry is signed one by one, beside the log's name. */
export interface SignedEntry {
  /** Random id of its stream. */
  readonly stream: string
  readonly sequence: number
  /** 32 bytes. */
  readonly leaf: Uint8Array
}

/**
 * What an evidence key signs of a single entry: which log, which stream, which place in it, and the entry's hash, a line each. The
 * first line and the words keep it apart from everything else that such a key signs: no checkpoint has a second line like this.
 * @param origin - the log's name, which holds no white space
 */
export function entryStatement(origin: string, { stream, sequence, leaf }: SignedEntry): Uint8Array {
  const lines = [
    'energyweb-entry/v1',
    `log ${origin}`,
    `stream ${stream}`,
    `sequence ${sequence}`,
    `leaf ${toBase64url(leaf)}`,
  ]
  return utf8(lines.map(line => `${line}\n`).join(''))
}
