import { type DocumentWith, defineSchema } from './document.ts'

/**
 * The document schema of a receipt in the gateway's own stream: a checkpoint was anchored on a chain. It stands in place of
 * that of a receipt in an asset's stream.
 */
export const anchorSchema = defineSchema('anchor/1', {
  /** Who anchored it, 0x and 40 hex digits. */
  account: 'text',
  block: 'integer',
  blockHash: 'text',
  chainId: 'integer',
  contract: 'text',
  ledger: 'text',
  /** The log's id in the contract, 0x and 64 hex digits. */
  log: 'text',
  logIndex: 'integer',
  /** Merkle root of the first `size` entries, base64url. */
  root: 'text',
  size: 'integer',
  transaction: 'text',
})

/** What a receipt of an anchor says. */
export type AnchorDocument = DocumentWith<(typeof anchorSchema)['fields']>
