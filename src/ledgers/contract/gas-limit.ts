import { EnergywebError } from '../../core/errors.ts'
import { quantityOf } from '../evm/answers.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { quantity } from '../evm/rpc-calls.ts'
import { refusalOf } from './evm-error.ts'
import type { Deed, GasOptions } from './sending.ts'

const usualCap = 10_000_000n

/** A deed as a node wants it. */
export function transactionOf({ to, data, value }: Deed, from: string) {
  return { from, data, ...(to !== undefined && { to }), ...(value > 0n && { value: quantity(value) }) }
}

/**
 * The gas limit: the estimate with 30 % on top, as a contract that calls others holds back a part of what it is given.
 * @throws EnergywebError `transaction-reverted` with the contract's reason when it would refuse; `funds-insufficient`;
 * `transaction-refused` above the cap
 */
export async function gasLimit(
  network: EvmNetwork,
  deed: Deed,
  { from, gas, gasCap = usualCap, signal }: GasOptions & { from: string; signal?: AbortSignal },
): Promise<bigint> {
  if (gas !== undefined) return gas
  const [answer] = await network.answers(
    [{ method: 'eth_estimateGas', params: [transactionOf(deed, from)] }],
    signal === undefined ? {} : { signal },
  )
  if (answer?.error !== undefined) throw refusalOf(answer.error, deed)
  const estimate = quantityOf(answer?.result, 'gas estimate')
  if (estimate > gasCap) {
    throw new EnergywebError(
      'transaction-refused',
      `${deed.what} would cost ${estimate} gas, the cap is ${gasCap}`,
      { hint: 'Give a higher `gasCap`, if that is what it should cost.' },
    )
  }
  const wanted = (estimate * 13n) / 10n
  return wanted < gasCap ? wanted : gasCap
}
