import { anchorSchema } from '../core/anchor-document.ts'
import { fromBase64url } from '../core/bytes.ts'
import type { Document } from '../core/document.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Checkpoint } from '../proof/checkpoint.ts'
import type { EvidenceAnchor } from '../proof/evidence/evidence.ts'
import type { LogReader } from './log-reader.ts'

export interface ProvenAnchors {
  readonly anchors: readonly EvidenceAnchor[]
  /** The trees that they wrote to a chain. */
  readonly trees: readonly { readonly size: number; readonly root: Uint8Array }[]
}

/**
 * What stands on chains of trees that the checkpoint's begins with: of each contract the first anchor that covers the
 * entries, which tells since when they stand there, and the newest.
 * @param covering - index of the last entry that is to be covered
 */
export function anchorsOf(
  reader: LogReader,
  { checkpoint, covering }: { readonly checkpoint: Checkpoint; readonly covering: number },
): ProvenAnchors {
  const fitting = reader
    .receiptsOfGateway(anchorSchema.name)
    .map(anchorOf)
    .filter(({ size }) => size <= checkpoint.size)
  const byContract = Map.groupBy(
    fitting,
    ({ chainId, contract, account }) => `${chainId}/${contract}/${account}`,
  )
  const anchors = [...byContract.values()].flatMap(group => {
    const first = group.find(({ size }) => size > covering)
    const newest = group.at(-1)
    return [...new Set([first, newest])].filter(anchor => anchor !== undefined)
  })
  return { anchors, trees: anchors.map(({ size, root }) => ({ size, root: fromBase64url(root) })) }
}

function anchorOf(document: Document): EvidenceAnchor {
  const text = (field: string) => {
    const value = document[field]
    if (typeof value === 'string') return value
    throw damaged(field)
  }
  const integer = (field: string) => {
    const value = document[field]
    if (typeof value === 'bigint') return value
    throw damaged(field)
  }
  return {
    chainId: integer('chainId').toString(),
    contract: text('contract'),
    account: text('account'),
    log: text('log'),
    size: Number(integer('size')),
    root: text('root'),
    transaction: text('transaction'),
    block: integer('block').toString(),
    blockHash: text('blockHash'),
    logIndex: Number(integer('logIndex')),
  }
}

function damaged(field: string): EnergywebError {
  return new EnergywebError('log-corrupt', `the receipt of an anchor has no ${field}`, {
    hint: 'Run `energyweb log check`.',
  })
}
