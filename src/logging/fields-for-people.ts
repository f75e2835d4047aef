import { isEnergywebError } from '../core/errors.ts'

/**
 * The fields of a message as a person needs them at a terminal. The message says already what an error of ours says: of the
 * error its hint is left, where it came from stands in the log file and with `debug`. A defect stays whole.
 * @param shown - what may be shown of them: the same fields without secrets
 */
export function fieldsForPeople(fields: object, shown: unknown): object {
  const plain = typeof shown === 'object' && shown !== null ? shown : {}
  const error = 'error' in fields ? fields.error : undefined
  if (!isEnergywebError(error) || error.code === 'internal') return plain
  const { error: whole, ...rest } = plain as { readonly error?: unknown }
  const hint = typeof whole === 'object' && whole !== null && 'hint' in whole ? whole.hint : undefined
  return hint === undefined || 'hint' in rest ? rest : { ...rest, hint }
}
