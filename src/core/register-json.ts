import { canonicalJson } from './canonical-json.ts'
import { EnergywebError } from './errors.ts'
import type { Channel } from './reading.ts'
import type { CountedValue, HeldReading, RegisterState } from './register.ts'
import { holdReasonOf } from './register-revising.ts'

/** A register's state without what grows: held readings and covered ranges are kept in rows of their own. */
export type RegisterCore = Omit<RegisterState, 'held' | 'covered'>

/** Canonical JSON of a register without its held readings and covered ranges; energies are decimal text. */
export function encodeRegister(state: RegisterCore): string {
  const { opened, total, fraction, debit, serial, last, before } = state
  return canonicalJson({
    opened: opened === undefined ? null : { channel: opened.channel, kind: opened.kind },
    total: total.toString(),
    fraction,
    debit: debit.toString(),
    serial: serial ?? null,
    last: counted(last),
    before: counted(before),
  })
}

function counted(value: CountedValue | undefined) {
  if (value === undefined) return null
  return { energy: value.energy.toString(), measuredAt: value.measuredAt, sequence: value.sequence }
}

/** Canonical JSON of a held reading; its sequence stands beside it. */
export function encodeHeld(held: HeldReading): string {
  const { before } = held
  return canonicalJson({
    reason: held.reason,
    energy: held.energy.toString(),
    fraction: held.fraction,
    measuredAt: held.measuredAt,
    from: held.from,
    receivedAt: held.receivedAt,
    serial: held.serial,
    amount: held.amount.toString(),
    superseded: held.superseded,
    before: before === null ? null : { energy: before.energy.toString(), fraction: before.fraction },
  })
}

/**
 * Reads what {@link encodeRegister} wrote.
 * @throws EnergywebError `register-law` for anything else.
 */
export function decodeRegister(text: string): RegisterCore {
  const members = objectOf(parse(text))
  const opened = nullable(members.opened, objectOf)
  return {
    opened: opened && { channel: channelOf(opened.channel), kind: kindOf(opened.kind) },
    total: energyOf(members.total),
    fraction: textOf(members.fraction),
    debit: energyOf(members.debit),
    serial: nullable(members.serial, textOf),
    last: nullable(members.last, countedOf),
    before: nullable(members.before, countedOf),
  }
}

/**
 * Reads what {@link encodeHeld} wrote.
 * @throws EnergywebError `register-law` for anything else.
 */
export function decodeHeld(sequence: number, text: string): HeldReading {
  const members = objectOf(parse(text))
  const { superseded } = members
  const reason = holdReasonOf(`held/${textOf(members.reason)}`)
  if (reason === undefined || typeof superseded !== 'boolean') throw malformed()
  const before = nullable(members.before, objectOf)
  return {
    sequence,
    reason,
    energy: energyOf(members.energy),
    fraction: textOf(members.fraction),
    measuredAt: integerOf(members.measuredAt),
    from: nullable(members.from, integerOf) ?? null,
    receivedAt: integerOf(members.receivedAt),
    serial: nullable(members.serial, textOf) ?? null,
    amount: energyOf(members.amount),
    superseded,
    before: before ? { energy: energyOf(before.energy), fraction: textOf(before.fraction) } : null,
  }
}

function malformed(cause?: unknown): EnergywebError {
  return new EnergywebError('register-law', 'a kept register is not what was written', { cause })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed(cause)
  }
}

function nullable<Value>(value: unknown, read: (value: unknown) => Value): Value | undefined {
  return value === null ? undefined : read(value)
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed()
  return { ...value }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw malformed()
  return value
}

function integerOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw malformed()
  return value
}

function energyOf(value: unknown): bigint {
  if (typeof value !== 'string' || value.length > 80 || !/^(0|-?[1-9]\d*)$/.test(value)) throw malformed()
  return BigInt(value)
}

function countedOf(value: unknown): CountedValue {
  const members = objectOf(value)
  return {
    energy: energyOf(members.energy),
    measuredAt: integerOf(members.measuredAt),
    sequence: integerOf(members.sequence),
  }
}

function channelOf(value: unknown): Channel {
  if (value !== 'import' && value !== 'export') throw malformed()
  return value
}

function kindOf(value: unknown): 'counter' | 'interval' {
  if (value !== 'counter' && value !== 'interval') throw malformed()
  return value
}

/** Canonical JSON of a whole register, for an erasure: whoever checks the log goes on from it. */
export function encodeWholeRegister(state: RegisterState): string {
  return canonicalJson({
    register: encodeRegister(state),
    held: state.held.map(held => ({ sequence: held.sequence, reading: encodeHeld(held) })),
    covered: state.covered.map(({ from, to }) => ({ from, to })),
  })
}

/**
 * Reads what {@link encodeWholeRegister} wrote. The text is hostile input.
 * @throws EnergywebError `register-law` for anything else.
 */
export function decodeWholeRegister(text: string): RegisterState {
  const { register, held, covered } = objectOf(parse(text))
  if (!Array.isArray(held) || !Array.isArray(covered)) throw malformed()
  return {
    ...decodeRegister(textOf(register)),
    held: held.map(objectOf).map(row => decodeHeld(integerOf(row.sequence), textOf(row.reading))),
    covered: covered.map(objectOf).map(range => ({ from: integerOf(range.from), to: integerOf(range.to) })),
  }
}
