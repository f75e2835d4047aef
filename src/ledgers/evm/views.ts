import { EnergywebError } from '../../core/errors.ts'
import { hexOf } from './answers.ts'
import type { RpcAnswer } from './rpc-calls.ts'

/** The result in an answer of a batch. @throws EnergywebError `network-refused`, retryable */
export function resultOf(answer: RpcAnswer | undefined): unknown {
  if (answer === undefined || answer.error !== undefined) {
    const why = answer?.error.message ?? 'no answer'
    throw new EnergywebError('network-refused', `the node failed: ${why}`, { retryable: true })
  }
  return answer.result
}

/**
 * The result of a view; undefined when it reverted, which is the contract's own answer.
 * @throws EnergywebError `network-refused`, retryable
 */
export function viewOf(answer: RpcAnswer | undefined): string | undefined {
  const error = answer?.error
  if (
    error !== undefined &&
    (error.code === 3 || error.code === -32015 || /revert|invalid.?(fe)?.?opcode/i.test(error.message))
  ) {
    return undefined
  }
  return hexOf(resultOf(answer), 'view')
}
