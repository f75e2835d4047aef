import { EnergywebError } from '../../core/errors.ts'
import { jsonSizeOf } from '../../core/json-size.ts'

/** Nothing that is asked of a node is nested deeper than a fifth of this. */
const deepest = 64
/** The receipts of a request have some 50,000 values. So many take 100 MB. */
const mostValues = 1_000_000

/**
 * Parses what a node answers, which is hostile, as far as it is no trap.
 * @throws SyntaxError
 * @throws EnergywebError as `refuseTrap`
 */
export function parseAnswer(bytes: Uint8Array): unknown {
  refuseTrap(bytes)
  return JSON.parse(new TextDecoder().decode(bytes))
}

/**
 * Looks at JSON before it is parsed.
 * @throws EnergywebError `network-unreachable`, retryable, when the memory or the stack would not hold what it says
 */
export function refuseTrap(bytes: Uint8Array): void {
  const { depth, values } = jsonSizeOf(bytes)
  if (depth > deepest) throw trap(`is nested deeper than ${deepest} levels`)
  if (values > mostValues) throw trap(`holds more than ${mostValues} values`)
}

function trap(why: string): EnergywebError {
  return new EnergywebError('network-unreachable', `the node's answer ${why}`, { retryable: true })
}
