import { type EnergywebError, toEnergywebError } from '../../core/errors.ts'
import type { Line, Sender, Turn } from './sender.ts'

/** Codes that stop a whole turn; every other one is the trouble of one line. */
const turnCodes: readonly string[] = [
  'network-unreachable',
  'tls-refused',
  'network-wrong-chain',
  'network-not-synced',
  'log-io',
  'log-closed',
  'log-corrupt',
  'aborted',
]

/** A line's own trouble that leaves what we know of the account as it was. */
const lineCodes: readonly string[] = [
  'ledger-not-ready',
  'files-failed',
  'transaction-reverted',
  'key-unavailable',
  'network-refused',
]

/** True for what concerns more than one line. */
export const stopsTurn = ({ code }: EnergywebError) => turnCodes.includes(code)

/** A line's own trouble stays with the line, is said once, and is tried again later. */
export async function guarded(
  sender: Sender,
  { signal }: Turn,
  { line, run }: { line: Line; run: () => Promise<boolean> },
): Promise<boolean> {
  try {
    return await run()
  } catch (thrown) {
    const error = toEnergywebError(thrown)
    if (signal.aborted || stopsTurn(error)) throw thrown
    const text = textOf(error)
    if (line.trouble !== text) sender.log.warn({ line: line.report.name, code: error.code }, text)
    line.trouble = text
    line.gas.clear()
    line.retryAt = sender.network.clock.monotonic() + sender.settings.retryAfter
    // Nobody knows how far it came: what is on disk counts.
    if (!lineCodes.includes(error.code)) sender.book = undefined
    return false
  }
}

/** True when its last trouble was that its key could not sign. */
export function waitsForKey({ trouble }: Line): boolean {
  return trouble?.startsWith('key-unavailable:') === true
}

const textOf = (error: EnergywebError) =>
  error.hint === undefined
    ? `${error.code}: ${error.message}`
    : `${error.code}: ${error.message}. ${error.hint}`
