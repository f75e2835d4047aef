import { type Clock, sleep } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { Signer } from '../../core/signer.ts'
import { headOf, quantityOf } from '../../ledgers/evm/answers.ts'
import { classifyRefusal } from '../../ledgers/evm/errors.ts'
import { type FeeSettings, suggestFees } from '../../ledgers/evm/fees.ts'
import type { RpcNode } from '../../ledgers/evm/rpc-node.ts'
import { accountOf, signTransaction } from '../../ledgers/evm/transaction.ts'
import type { NodeAnswer, NodeCall, NodeSubject, NodeTransaction } from '../../testing/node-session.ts'
import { conformanceRegistry } from './registry.ts'

export interface NodeUnderTestOptions {
  readonly node: RpcNode
  readonly chainId: bigint
  readonly fees: FeeSettings
  /** Of a funded account that nobody else uses meanwhile. */
  readonly signer: Signer
  /** Of an account that never had a coin. */
  readonly poor: Signer
  readonly mayRewind: boolean
  readonly clock: Clock
  readonly patience: number
}

/** The node as the suite sees it: our own client, signer and words. */
export function nodeUnderTest(options: NodeUnderTestOptions): NodeSubject {
  const { node, chainId, fees, signer, poor, mayRewind, clock, patience } = options
  const ask = (calls: readonly NodeCall[]): Promise<readonly NodeAnswer[]> => node.batch(calls)
  return {
    chainId,
    account: accountOf(signer),
    ask,
    classify: ({ code, message, data }) => classifyRefusal({ code, message, data }),
    registry: conformanceRegistry(),
    mayRewind,
    clock,
    patience,
    sign: transaction => sign(transaction, { chainId, signer: transaction.poor === true ? poor : signer }),
    async price() {
      const [latest] = await ask([{ method: 'eth_getBlockByNumber', params: ['latest', false] }])
      const head = latest?.error === undefined ? headOf(latest?.result) : undefined
      return suggestFees(fees, head?.baseFee ?? 0n).maxFeePerGas
    },
  }
}

async function sign(
  { nonce, to, data, gas, price, tip, chainId: other }: NodeTransaction,
  { chainId, signer }: { chainId: bigint; signer: Signer },
): Promise<{ raw: string; hash: string }> {
  const type = tip === undefined ? 'legacy' : 'eip1559'
  const fees = { maxFeePerGas: price, maxPriorityFeePerGas: tip ?? 0n }
  return signTransaction({ type, chainId: other ?? chainId, nonce, to, data, gas, fees }, { signer })
}

/** More than the suite can spend at a fair price: 6 million gas. */
const gasNeeded = 6_000_000n

/** What the account should have, wei. */
export function fundsNeeded(price: bigint): bigint {
  return gasNeeded * price * 2n
}

/**
 * Lets a development node's own unlocked account pay for a key that was made for this run.
 * @returns false when the node has no account of its own
 * @throws EnergywebError `funds-insufficient` when it would not pay
 */
export async function fundFromNode(
  node: RpcNode,
  { to, wei, clock }: { to: string; wei: bigint; clock: Clock },
): Promise<boolean> {
  const [accounts] = await node.batch([{ method: 'eth_accounts', params: [] }])
  const from: unknown = Array.isArray(accounts?.result) ? accounts.result[0] : undefined
  if (typeof from !== 'string') return false
  const value = `0x${wei.toString(16)}`
  const [sent] = await node.batch([{ method: 'eth_sendTransaction', params: [{ from, to, value }] }])
  if (sent?.error !== undefined) {
    throw new EnergywebError(
      'funds-insufficient',
      `the node's account ${from} does not pay: ${sent.error.message}`,
    )
  }
  for (let waited = 0; waited < 60_000; waited += 250) {
    const [balance] = await node.batch([{ method: 'eth_getBalance', params: [to, 'latest'] }])
    if (balance?.error === undefined && quantityOf(balance?.result, 'balance') > 0n) return true
    await sleep(250, { clock })
  }
  throw new EnergywebError('funds-insufficient', `the coins of the node's account ${from} do not arrive`)
}
