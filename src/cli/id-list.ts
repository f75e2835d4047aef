import { EnergywebError } from '../core/errors.ts'

/** So many ids of one range: more is a slip of the finger. */
const longestRange = 1_000n

/** The id of a request or certificate: a whole number from 1 on. @throws EnergywebError `argument-invalid` */
export function parseId(given: string): bigint {
  if (/^[1-9]\d{0,77}$/.test(given)) return BigInt(given)
  throw new EnergywebError('argument-invalid', `"${given.slice(0, 64)}" is no id`, {
    hint: 'Ids are whole numbers from 1 on.',
  })
}

/** Several of them: `1,3,7-9`. @throws EnergywebError `argument-invalid` */
export function parseIds(given: string): readonly bigint[] {
  return given.split(',').flatMap(part => {
    const [from = '', to] = part.split('-', 2)
    const first = parseId(from)
    const last = to === undefined ? first : parseId(to)
    if (last < first || last - first >= longestRange || part.split('-').length > 2) {
      throw new EnergywebError('argument-invalid', `"${part.slice(0, 64)}" is no range of ids`)
    }
    return Array.from({ length: Number(last - first) + 1 }, (_, i) => first + BigInt(i))
  })
}
