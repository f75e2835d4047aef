import type { EnergywebError } from '../../core/errors.ts'
import type { RegistryCall } from './registry.ts'
import type { Line, Sender } from './sender.ts'

/** Ends each reason for which a line stands still because of a call that may not be signed. */
const ending = '; those behind it wait'

/** True for the reason of a line that a call holds up: who raises the cap lets it go on. */
export function isHeldReason(reason: string | undefined): boolean {
  return reason?.endsWith(ending) === true
}

/**
 * A call that costs more gas than it may is not signed, and none behind it is, as calls keep their order: no nonce is taken, so there
 * is none to leave a hole. Only a person knows whether the cap or the call is wrong: the line stops, and says so.
 */
export async function stopHeld(
  { store, log, registry }: Sender,
  { line, call, error }: { line: Line; call: RegistryCall; error: EnergywebError },
): Promise<void> {
  const { name, stream } = line.report
  const reason = `${registry.words.item(call.reading)} is not signed: ${error.message}${ending}`
  const hint = `Open the calls again with a higher gasCap, or give this one up: energyweb ledger resume '${stream}' --give-up`
  log.warn({ line: name, entry: call.reading, code: error.code, hint }, `${name} has stopped: ${reason}`)
  await store.setStopped(name, reason)
  line.stopped = reason
}
