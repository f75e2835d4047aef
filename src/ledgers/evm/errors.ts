import type { RpcError } from './rpc-calls.ts'

/**
 * What a node means when it refuses a signed transaction. No word of it proves that the transaction is not mined:
 * own receipts are looked for in every case.
 */
export type Refusal =
  /** The pool has it: success. */
  | 'known'
  /** The nonce is used up: by us or by a foreign transaction. */
  | 'nonce-used'
  /** An earlier nonce is missing. */
  | 'nonce-gap'
  /** Another transaction of this nonce waits; a replacement must pay more. */
  | 'replacement-underpriced'
  /** Below what the node or the block asks. */
  | 'underpriced'
  | 'funds'
  | 'gas-too-low'
  | 'gas-over-block'
  | 'pool-full'
  /** It ran and reverted; some nodes say so although they mined it. */
  | 'reverted'
  | 'wrong-chain'
  | 'unknown'

/*
 * First match wins, so the narrower text stands first. Each is in the recorded refusals (testing/golden/nodes), with the
 * node that says it; error codes are no guide: one code covers most of these.
 */
const texts: readonly (readonly [string, Refusal])[] = [
  ['already known', 'known'],
  ['alreadyknown', 'known'],
  ['already imported', 'known'],
  ['known transaction', 'known'],
  ['ownnoncealreadyused', 'known'],
  ['with same hash', 'known'],
  ['replacement transaction underpriced', 'replacement-underpriced'],
  ['replacementnotallowed', 'replacement-underpriced'],
  ['another transaction with same nonce', 'replacement-underpriced'],
  ['could not replace existing tx', 'replacement-underpriced'],
  ['tries to replace pending', 'replacement-underpriced'],
  ['nonce too low', 'nonce-used'],
  ['nonce is too low', 'nonce-used'],
  ['oldnonce', 'nonce-used'],
  ["doesn't have the correct nonce", 'nonce-used'],
  ['nonce too high', 'nonce-gap'],
  ['noncegap', 'nonce-gap'],
  ['nonce too far in future', 'nonce-gap'],
  ['noncetoofarinfuture', 'nonce-gap'],
  ['nonce is too distant', 'nonce-gap'],
  ['with a lower nonce exists', 'nonce-gap'],
  ['insufficient funds', 'funds'],
  ['insufficientfunds', 'funds'],
  ["doesn't have enough funds", 'funds'],
  // geth, of an estimate: so much the account could pay for.
  ['gas required exceeds allowance (0)', 'funds'],
  ['upfront cost exceeds', 'funds'],
  ['exceeds block gas limit', 'gas-over-block'],
  ['exceeds current gas limit', 'gas-over-block'],
  ['intrinsic gas too high', 'gas-over-block'],
  ['gaslimitexceeded', 'gas-over-block'],
  ['gas limit reached', 'gas-over-block'],
  ['gas required exceeds allowance', 'gas-over-block'],
  ['supplied gas is beyond limit', 'gas-over-block'],
  ['intrinsic gas too low', 'gas-too-low'],
  ['intrinsic gas exceeds gas limit', 'gas-too-low'],
  ['intrinsicgas', 'gas-too-low'],
  ['transaction gas is too low', 'gas-too-low'],
  ['requires at least', 'gas-too-low'],
  ['less than block base fee', 'underpriced'],
  ['underpriced', 'underpriced'],
  ["less than the block's basefeepergas", 'underpriced'],
  ['too low for the next block', 'underpriced'],
  ['below current base fee', 'underpriced'],
  ['lower then the required base fee', 'underpriced'],
  ['fee too low', 'underpriced'],
  ['gas price is too low', 'underpriced'],
  ['feetoolow', 'underpriced'],
  ['below configured minimum gas price', 'underpriced'],
  ['txpool is full', 'pool-full'],
  ['sub-pool is full', 'pool-full'],
  ['account limit exceeded', 'pool-full'],
  ['too many transactions in the queue', 'pool-full'],
  ['signed for another chain', 'wrong-chain'],
  ['invalid signature v value', 'wrong-chain'],
  ['invalid chain id', 'wrong-chain'],
  ['wrong chainid', 'wrong-chain'],
  // The sender is recovered from the signature by the node's own chain id; ours is right for ours.
  ['invalid sender', 'wrong-chain'],
  ['execution reverted', 'reverted'],
  ['reverted', 'reverted'],
  ['processing transaction: revert', 'reverted'],
  ['vm execution error', 'reverted'],
  ['invalidfeopcode', 'reverted'],
  // A revert before Byzantium: its opcode is not known yet.
  ['notactivated', 'reverted'],
  ['invalid opcode', 'reverted'],
]

const codes: ReadonlyMap<number, Refusal> = new Map([
  [3, 'reverted'],
  [-32015, 'reverted'],
])

/** The meaning of an error of eth_sendRawTransaction: by its text, in any case, then by its code. */
export function classifyRefusal(error: RpcError): Refusal {
  const text = error.message.toLowerCase()
  return texts.find(([part]) => text.includes(part))?.[1] ?? codes.get(error.code) ?? 'unknown'
}
