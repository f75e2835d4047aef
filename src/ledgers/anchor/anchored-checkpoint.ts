import { isEnergywebError } from '../../core/errors.ts'
import type { EventLog } from '../evm/answers.ts'
import { type AnchoredEvent, decodeAnchored } from './calls.ts'

/** What an event says that was anchored; undefined for one that anchors nothing, whatever a node makes of it. */
export function anchoredCheckpoint(log: EventLog): AnchoredEvent | undefined {
  try {
    return decodeAnchored(log)
  } catch (error) {
    if (isEnergywebError(error, 'abi-invalid')) return undefined
    throw error
  }
}
