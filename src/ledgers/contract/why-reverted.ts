import type { Abi } from 'viem'
import type { EnergywebError } from '../../core/errors.ts'
import type { TransactionReceipt } from '../evm/answers.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { quantity } from '../evm/rpc-calls.ts'
import { refusalOf, revertedError } from './evm-error.ts'

/**
 * Why a transaction reverted. A receipt gives no reason, so the same call is made again as of the block before; where that one
 * succeeds, something earlier in its own block had changed the contract, or the gas ran out.
 */
export async function whyReverted(
  network: EvmNetwork,
  { transaction, block }: TransactionReceipt,
  { what, abi = [], signal }: { what: string; abi?: Abi; signal?: AbortSignal },
): Promise<EnergywebError> {
  const waiting = signal === undefined ? {} : { signal }
  const asked = { what: `${what} (transaction ${transaction}, block ${block})`, past: true }
  const [sent] = await network.answers(
    [{ method: 'eth_getTransactionByHash', params: [transaction] }],
    waiting,
  )
  const call = callOf(sent?.result)
  if (call === undefined) return revertedError({ kind: 'silent' }, asked)
  const before = quantity(block - 1n)
  const [again] = await network.answers([{ method: 'eth_call', params: [call, before] }], waiting)
  if (again?.error === undefined) return revertedError({ kind: 'silent' }, asked)
  const { revert = { kind: 'silent' }, meaning } = refusalOf(again.error, { what, abi })
  return revertedError(meaning === 'reverted' ? revert : { kind: 'silent' }, { ...asked, node: again.error })
}

function callOf(value: unknown): object | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { from, to, input, value: amount, gas } = value as Record<string, unknown>
  const target = to === null ? {} : { to }
  return { from, ...target, data: input, value: amount, gas }
}
