import type { Comparison, RegistryWords } from '../evm/registry.ts'
import type { LedgerNeeds } from './define-ledger.ts'

/** What of a comparison is judged. */
export type Judged = Pick<Comparison, 'chain' | 'known' | 'ours' | 'next'>

/** How one speaks of what a ledger of this kind registers. */
export function wordsFor(needs: LedgerNeeds): RegistryWords {
  return {
    total: value => `${value} Wh`,
    item: sequence => `entry ${sequence}`,
    laterIsEnough: sequence =>
      needs === 'interval'
        ? `a later period (entry ${sequence}) is registered`
        : `a later reading (entry ${sequence}) is registered: totals are absolute, no energy is missing`,
  }
}

/** Why a contract that holds another total than ours stops the line; undefined when it may differ as it does. */
export function totalsConflict({ chain, known, ours, next }: Judged, needs: LedgerNeeds): string | undefined {
  const { total } = chain
  if (known && total < ours) {
    return `the contract holds ${total} Wh, below the ${ours} Wh that were finally registered: it was written by somebody else, or its node has lost what was final. It is reported, not repaired. Ask whoever runs the contract.`
  }
  const highest = known && needs === 'interval' ? ours : (next ?? (known ? ours : undefined))
  if (highest === undefined || total <= highest) return undefined
  return `the contract holds ${total} Wh, more than our ${highest} Wh. Does another gateway write there, or did this one start from an older backup or from zero? An opening total (opening: <Wh>) continues an existing register.`
}
