import { byteAt } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import { malformed } from '../answers.ts'

/** What a Miniserver sends over its WebSocket: each payload is announced by eight bytes, of which one tells its type. */
export type LoxoneMessage =
  | { readonly type: 'text' | 'file'; readonly text: string }
  | { readonly type: 'values'; readonly bytes: Uint8Array }
  | { readonly type: 'keepalive' | 'other' }

/** 0x03, type, info, reserved, length in little-endian order. */
const headerLength = 8
const mark = 0x03
const estimated = 0x80
const types = ['text', 'file', 'values', 'other', 'other', 'out-of-service', 'keepalive', 'other'] as const
/** Bytes of the longest payload that is taken. */
const longest = 8_388_608

interface Header {
  readonly type: (typeof types)[number]
  readonly estimated: boolean
  readonly length: number
}

/**
 * Joins headers and payloads, one frame after the other. A length that is estimated is followed by a second header with the exact
 * one, or by a payload that has it by chance.
 */
export class LoxoneFrames {
  readonly #where: string
  #header: Header | undefined

  /** @param where - for messages */
  constructor(where: string) {
    this.#where = where
  }

  /**
   * Takes a frame; answers a message when it completes one.
   * @throws EnergywebError `source-malformed`, `source-too-large`, `source-failed` when the Miniserver goes out of service
   */
  take(frame: string | Uint8Array): LoxoneMessage | undefined {
    const header = this.#header
    if (header === undefined || (header.estimated && !isPayload(frame, header))) return this.#announce(frame)
    this.#header = undefined
    return this.#message(header, frame)
  }

  #announce(frame: string | Uint8Array): LoxoneMessage | undefined {
    if (typeof frame === 'string' || frame.length !== headerLength || byteAt(frame, 0) !== mark)
      throw malformed(this.#where, 'a payload that was not announced')
    const type = types[byteAt(frame, 1)]
    if (type === undefined) throw malformed(this.#where, `a payload of the unknown type ${byteAt(frame, 1)}`)
    const length = new DataView(frame.buffer, frame.byteOffset).getUint32(4, true)
    if (length > longest) throw tooLarge(this.#where, length)
    if (type === 'out-of-service') throw outOfService(this.#where)
    if (type === 'keepalive') return this.#complete({ type })
    const header = { type, estimated: (byteAt(frame, 2) & estimated) !== 0, length }
    if (length === 0 && !header.estimated) return this.#complete(this.#message(header, ''))
    this.#header = header
    return undefined
  }

  #complete(message: LoxoneMessage): LoxoneMessage {
    this.#header = undefined
    return message
  }

  #message({ type, length }: Header, frame: string | Uint8Array): LoxoneMessage {
    if (type === 'text' || type === 'file') {
      return { type, text: typeof frame === 'string' ? frame : new TextDecoder().decode(frame) }
    }
    if (typeof frame === 'string' ? length > 0 : frame.length !== length)
      throw malformed(this.#where, 'a payload of another length than announced')
    return type === 'values' && typeof frame !== 'string' ? { type, bytes: frame } : { type: 'other' }
  }
}

function isPayload(frame: string | Uint8Array, { length }: Header): boolean {
  if (typeof frame === 'string') return true
  return frame.length === length && !(length === headerLength && byteAt(frame, 0) === mark)
}

function tooLarge(where: string, length: number): EnergywebError {
  return new EnergywebError('source-too-large', `${where}: a payload of ${length} bytes was announced`, {
    hint: 'Is this a Miniserver?',
  })
}

function outOfService(where: string): EnergywebError {
  return new EnergywebError('source-failed', `${where}: the Miniserver goes out of service`, {
    retryable: true,
    hint: 'It starts anew, after an update or a new program; it is asked again.',
  })
}
