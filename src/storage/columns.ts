import { EnergywebError } from '../core/errors.ts'

/*
 * The border between SQLite and the rest: a column is what the schema says or the file is damaged. Columns of STRICT tables
 * can only be otherwise when somebody wrote to the file.
 */

/** A row as node:sqlite gives it. */
export type Row = Readonly<Record<string, unknown>>

function damaged(what: string): EnergywebError {
  return new EnergywebError('log-corrupt', `the database holds a column that is not ${what}`, {
    hint: 'Run `energyweb log check`.',
  })
}

/** @throws EnergywebError `log-corrupt` */
export function text(value: unknown): string {
  if (typeof value !== 'string') throw damaged('text')
  return value
}

/** @throws EnergywebError `log-corrupt` */
export function integer(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw damaged('an integer')
  return value
}

/** @throws EnergywebError `log-corrupt` */
export function blob(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw damaged('a blob')
  return value
}

/** Decimal text. @throws EnergywebError `log-corrupt` */
export function big(value: unknown): bigint {
  if (typeof value !== 'string' || !/^-?\d{1,80}$/.test(value)) throw damaged('decimal text')
  return BigInt(value)
}

/** Null, or what `read` makes of it. */
export function optional<Value>(value: unknown, read: (value: unknown) => Value): Value | undefined {
  return value === null || value === undefined ? undefined : read(value)
}
