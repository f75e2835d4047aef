import { EnergywebError } from '../../core/errors.ts'
import { receiptOf } from '../evm/answers.ts'
import type { EvmNetwork } from '../evm/network.ts'
import type { FinalCall, Registry } from '../evm/registry.ts'
import type { FinalRegistration } from './define-ledger.ts'

/** What the machine asks a registry about certificates. */
export type CertificateQuestion = Parameters<NonNullable<Registry['certificates']>>[1]

/** A final call as a definition sees it: its transaction's logs are fetched when they are asked for. */
export function finalRegistration(network: EvmNetwork, call: FinalCall): FinalRegistration {
  const { first, last, total, energy, isNew, receipt } = call
  const { transaction, block, blockHash, logIndex } = receipt
  return {
    first,
    last,
    total,
    energy,
    isNew,
    transaction,
    block,
    blockHash,
    logIndex,
    async logs(options = {}) {
      const answer = await network.request('eth_getTransactionReceipt', [transaction], options)
      const found = receiptOf(answer, transaction)
      if (found !== undefined) return found.logs
      throw new EnergywebError(
        'network-not-synced',
        `the node has no receipt of ${transaction}, which is final in block ${block}`,
        { retryable: true },
      )
    },
  }
}
