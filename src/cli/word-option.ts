import { EnergywebError } from '../core/errors.ts'

/** One of a few words. @throws EnergywebError `argument-invalid` */
export function oneOf<const Word extends string>(given: string, words: readonly Word[]): Word {
  const word = words.find(one => one === given)
  if (word !== undefined) return word
  throw new EnergywebError('argument-invalid', `"${given.slice(0, 64)}" is none of ${words.join(', ')}`)
}
