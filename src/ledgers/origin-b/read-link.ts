import type { Hex } from 'viem'
import { decodeFunctionData } from 'viem/utils'
import { EnergywebError } from '../../core/errors.ts'
import type { ChainView, ContractEvent } from '../defined/define-ledger.ts'
import { registryAbi } from './abi.ts'

/**
 * The text that a reading carried. Its event does not tell: the call that made it does, and only the asset's own account can
 * have made it. Empty for a call that came by way of another contract.
 * @throws EnergywebError `network-refused`, retryable, when the node does not have the transaction; `network-unreachable`
 */
export async function linkOfRead(
  event: Pick<ContractEvent, 'address' | 'transaction'>,
  { chain }: { readonly chain: Pick<ChainView, 'transaction'> },
): Promise<string> {
  const transaction = await chain.transaction(event.transaction)
  if (transaction === undefined) {
    throw new EnergywebError(
      'network-refused',
      `the node shows an event of transaction ${event.transaction}, and not the transaction`,
      { retryable: true },
    )
  }
  return transaction.to === event.address ? linkOfCall(transaction.data) : ''
}

/** The text in the data of a call of `saveSmartMeterRead`; empty in any other. */
export function linkOfCall(data: string): string {
  if (!data.startsWith(saveSelector)) return ''
  try {
    const { args } = decodeFunctionData({ abi: registryAbi, data: data as Hex })
    return String(args?.[2] ?? '')
  } catch {
    // Data that no honest caller makes, which the contract reads in its own way.
    return ''
  }
}

const saveSelector = '0xab03248f'
