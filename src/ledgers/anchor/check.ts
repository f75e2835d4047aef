import { isEnergywebError } from '../../core/errors.ts'
import { hexOf } from '../evm/answers.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { resultOf, viewOf } from '../evm/views.ts'
import { notReady } from '../not-ready.ts'
import { decodeNewest, encodeNewest, type NewestAnchor } from './calls.ts'

interface AnchorPlace {
  readonly network: EvmNetwork
  readonly ledger: string
  readonly contract: string
  /** Who anchors. */
  readonly account: string
  /** The log's id in the contract. */
  readonly log: string
}

/**
 * Looks at what stands at the address: one without code accepts every call. Answers the newest checkpoint of the log.
 * @throws EnergywebError `ledger-not-ready`, retryable; `network-unreachable`, `network-refused`
 */
export async function checkAnchor(
  { network, ledger, contract, account, log }: AnchorPlace,
  options: { signal?: AbortSignal } = {},
): Promise<NewestAnchor> {
  const [code, newest] = await network.batch(
    [
      { method: 'eth_getCode', params: [contract, 'latest'] },
      { method: 'eth_call', params: [{ to: contract, data: encodeNewest(account, log) }, 'latest'] },
    ],
    options,
  )
  if (hexOf(resultOf(code), 'code') === '0x') {
    throw notReady(
      `${ledger}: there is no contract at ${contract} on chain ${network.chainId}`,
      `Deploy one (energyweb ledger deploy <network> anchor --key <key>), or correct the contract of ledger ${ledger}.`,
    )
  }
  try {
    return decodeNewest(viewOf(newest) ?? '0x')
  } catch (cause) {
    if (!isEnergywebError(cause, 'abi-invalid')) throw cause
    throw notReady(
      `${ledger}: the contract at ${contract} is no CheckpointAnchor`,
      `Correct the contract of ledger ${ledger}.`,
      cause,
    )
  }
}
