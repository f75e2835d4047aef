import type { Abi } from 'viem'
import { EnergywebError, type ErrorCode } from '../../core/errors.ts'
import { classifyRefusal, type Refusal } from '../evm/errors.ts'
import { revertDataOf } from '../evm/revert-data.ts'
import type { RpcError } from '../evm/rpc-calls.ts'
import { type Revert, readRevert, revertInWords } from './revert.ts'

/** What a node, or the contract behind it, refused: in one language, whichever node it was. */
export class EvmError extends EnergywebError {
  /** What the node meant. */
  readonly meaning: Refusal
  /** Why the contract refused, where it was the contract. */
  readonly revert: Revert | undefined
  /** The node's own words. */
  readonly node: { readonly code: number; readonly message: string } | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      meaning: Refusal
      revert?: Revert | undefined
      node?: RpcError | undefined
      hint?: string | undefined
      retryable?: boolean
    },
  ) {
    const { hint, retryable = false, meaning, revert, node } = options
    super(code, message, { retryable, ...(hint !== undefined && { hint }) })
    this.name = 'EvmError'
    this.meaning = meaning
    this.revert = revert
    this.node = node && { code: node.code, message: node.message }
  }
}

interface Words {
  readonly code: ErrorCode
  readonly text: string
  readonly hint?: string
  readonly retryable?: boolean
}

/** What each meaning is for whoever called. `reverted` and `known` have no place here: one is told apart, one is success. */
const words: Readonly<Record<Exclude<Refusal, 'reverted' | 'known'>, Words>> = {
  'nonce-used': {
    code: 'nonce-conflict',
    text: 'the nonce is used up already',
    hint: 'Somebody else sends with this account: give each program an account of its own, or the same log.',
    retryable: true,
  },
  'nonce-gap': {
    code: 'nonce-conflict',
    text: 'an earlier transaction of the account is missing',
    retryable: true,
  },
  'replacement-underpriced': {
    code: 'nonce-conflict',
    text: 'another transaction of the account waits with this nonce',
    hint: 'Wait until it is mined.',
    retryable: true,
  },
  underpriced: {
    code: 'transaction-refused',
    text: 'the node asks for a higher fee',
    hint: 'Look at `fees` of the network: its floor may be below what the nodes take.',
    retryable: true,
  },
  funds: {
    code: 'funds-insufficient',
    text: "the account can't pay",
    hint: 'Send some of the network’s coin to this account.',
    retryable: true,
  },
  'gas-too-low': { code: 'transaction-refused', text: 'the gas limit is too low', hint: 'Leave `gas` out.' },
  'gas-over-block': {
    code: 'transaction-refused',
    text: 'it needs more gas than the node or a block allows',
  },
  'pool-full': {
    code: 'transaction-refused',
    text: 'the pool of the node is full',
    hint: 'Try again later.',
    retryable: true,
  },
  'wrong-chain': { code: 'network-wrong-chain', text: 'the node is on another chain' },
  unknown: { code: 'network-refused', text: 'the node refuses', retryable: true },
}

/** A node's refusal as an error. @param what - what was wanted, like `rent of 0x…` */
export function refusalOf(error: RpcError, { what, abi = [] }: { what: string; abi?: Abi }): EvmError {
  const data = revertDataOf(error)
  const meaning = classifyRefusal(error)
  if (meaning === 'reverted' || (meaning === 'unknown' && data !== undefined && data !== '0x')) {
    return revertedError(data === undefined ? textIn(error) : readRevert(data, abi), { what, node: error })
  }
  const { code, text, hint, retryable = false } = words[meaning === 'known' ? 'unknown' : meaning]
  return new EvmError(code, `${what}: ${text}: ${error.message.slice(0, 300)}`, {
    meaning,
    node: error,
    hint,
    retryable,
  })
}

/** A contract's refusal as an error. */
export function revertedError(
  revert: Revert,
  { what, node, past = false }: { what: string; node?: RpcError; past?: boolean },
): EvmError {
  const verb = past ? 'was refused' : 'would be refused'
  return new EvmError('transaction-reverted', `${what} ${verb} by the contract: ${revertInWords(revert)}`, {
    meaning: 'reverted',
    revert,
    node,
    hint: node && isTooNew(node) ? tooNew : revert.kind === 'silent' ? noReason : undefined,
  })
}

const noReason =
  'Contracts without a reason refuse so, and those that do not have this function: is it the right contract, and the right ABI?'

const tooNew =
  'The code has an opcode that the chain does not know: was it compiled for a newer hard fork (`evmVersion` of the compiler)?'

/** anvil's and geth's words. 0xfe is known to every chain, as one that always fails: what old contracts do instead of a panic. */
function isTooNew({ message }: RpcError): boolean {
  return /notactivated|invalid opcode/i.test(message) && !/opcode:? (opcode )?(0xfe|invalid)/i.test(message)
}

/** Some nodes give the reason in their message alone. */
function textIn({ message }: RpcError): Revert {
  const text = /reverted(?: with reason string '(.*)'|: (.+))$|: revert (.+)$/is.exec(message)
  const reason = text?.[1] ?? text?.[2] ?? text?.[3]
  return reason === undefined ? { kind: 'silent' } : { kind: 'error', text: reason }
}
