import { isEnergywebError } from '../../core/errors.ts'
import type { EventLog } from '../evm/answers.ts'
import { decodeMeterRead, meterReadTopic, type Role } from './calls.ts'

const roles: readonly Role[] = ['producer', 'consumer']

/** What an event says that a registry of release A holds, Wh; undefined for an event that is none of such a registry. */
export function registeredValue({ topics, data }: EventLog): bigint | undefined {
  const role = roles.find(one => meterReadTopic[one] === topics[0])
  if (role === undefined) return undefined
  try {
    return decodeMeterRead(role, data).value
  } catch (error) {
    if (isEnergywebError(error, 'abi-invalid')) return undefined
    throw error
  }
}
