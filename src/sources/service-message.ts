import { isEnergywebError } from '../core/errors.ts'
import { parseExactJson } from './exact-json.ts'

const longest = 200
/** Where services write why they refused: NestJS and the Energy API's contract, RFC 7807, others. */
const fields = ['message', 'detail', 'title', 'error']

/**
 * What a service says about its refusal, for the person who reads our message: one line of at most 200 printable characters,
 * with every secret that it may echo blotted out; empty when it says nothing that is understood.
 */
export function serviceMessage(body: Uint8Array, secrets: readonly string[]): string {
  let said: unknown
  try {
    said = parseExactJson(body, '')
  } catch (error) {
    if (isEnergywebError(error, 'source-malformed')) return ''
    throw error
  }
  if (typeof said !== 'object' || said === null) return ''
  const found = new Map<string, unknown>(Object.entries(said))
  const texts = fields.map(name => [found.get(name)].flat().filter(text => typeof text === 'string'))
  const [first = []] = texts.filter(list => list.length > 0)
  let line = first.join('; ').replace(/[^\p{L}\p{N}\p{P}\p{S} ]+/gu, ' ')
  for (const secret of secrets) line = line.replaceAll(secret, '…')
  return line.slice(0, longest).toWellFormed()
}
