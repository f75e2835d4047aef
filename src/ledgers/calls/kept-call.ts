import { canonicalJson } from '../../core/canonical-json.ts'
import type { DocumentOf } from '../../core/document.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { StoredEntry } from '../../core/log.ts'

/** A contract call as it stands in the log: all that is needed to make it, and nothing that changes. */
export interface ContractCallNote {
  /** The contract, 0x and 40 hex digits, lower case. */
  readonly to: string
  readonly data: string
  /** Wei that go along. */
  readonly value: bigint
  /** For people: `rent of 0x…`. */
  readonly what: string
  /** The chain's newest block when it was asked for: it can't have been made before. Undefined when no node was there. */
  readonly since: bigint | undefined
}

/** What tells these notes from others. */
const schema = 'contract-call/1'

/** The document of the note that keeps a call. */
export function noteOf({ to, data, value, what, since }: ContractCallNote): DocumentOf<'note'> {
  const text = canonicalJson({
    data,
    schema,
    since: since === undefined ? null : since.toString(),
    to,
    value: value.toString(),
    what,
  })
  return { by: 'energyweb', text }
}

/**
 * The call that an entry keeps; undefined for any other entry.
 * @throws EnergywebError `log-corrupt` for one that says it is a call and can't be read
 */
export function callIn({ kind, document }: StoredEntry): ContractCallNote | undefined {
  const text = kind === 'note' ? document?.text : undefined
  if (typeof text !== 'string' || !text.includes(schema)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // A note of somebody that happens to have the word in it.
    return undefined
  }
  return isRecord(value) && value.schema === schema ? read(value) : undefined
}

function read(note: Readonly<Record<string, unknown>>): ContractCallNote {
  const { to, data, value, what, since } = note
  const isWhole =
    typeof to === 'string' &&
    /^0x[0-9a-f]{40}$/.test(to) &&
    typeof data === 'string' &&
    /^0x([0-9a-f]{2})*$/.test(data) &&
    isNumber(value) &&
    typeof what === 'string' &&
    (since === null || isNumber(since))
  if (!isWhole) throw new EnergywebError('log-corrupt', 'a kept contract call can’t be read')
  return { to, data, what, value: BigInt(value), since: since === null ? undefined : BigInt(since) }
}

function isNumber(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,78}$/.test(value)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
