import { type Clock, sleep } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Signer } from '../core/signer.ts'
import { hexOf, quantityOf, receiptOf } from '../ledgers/evm/answers.ts'
import { type Fees, suggestFees } from '../ledgers/evm/fees.ts'
import { type KnownReceipt, knowOutcome } from '../ledgers/evm/know-outcome.ts'
import type { EvmNetwork } from '../ledgers/evm/network.ts'
import { signTransaction } from '../ledgers/evm/transaction.ts'

type Hex = `0x${string}`

/** An administrator's account on a chain. The gateway's own submissions never come this way. */
export interface ChainAccount {
  readonly network: EvmNetwork
  readonly signer: Signer
  /** 0x and 40 hex digits. */
  readonly address: string
  readonly clock: Clock
  /** Told of every transaction before it is sent: from then on it may be mined. */
  readonly onSigned?: (transaction: SignedTransaction) => Promise<void>
  /** Told the hash of every transaction once it is on its way. */
  readonly onSent: (what: string, hash: string) => Promise<void>
}

export interface ChainTransaction {
  /** For people: `deploy the producing registry`. */
  readonly what: string
  /** Undefined creates a contract. */
  readonly to?: Hex
  readonly data: Hex
}

/** A transaction that is about to be sent. */
export interface SignedTransaction extends ChainTransaction {
  readonly hash: string
  readonly nonce: number
  /** The most that it may cost, in wei. */
  readonly cost: bigint
}

const gasMargin = 13n
const pollMilliseconds = 1_000
/** A transaction that the node does not know after so many looks is sent again. */
const looksUntilResent = 5
const patience = 300_000

/**
 * Signs and sends one transaction and waits until it is in a block. What the node has lost meanwhile, as a reorganisation or a
 * restart may, is sent again: the same bytes.
 * @throws EnergywebError `transaction-refused` with the contract's own reason when it would revert; `transaction-reverted`
 * when it did; `network-unreachable`; `funds-insufficient`.
 */
export async function sendTransaction(
  account: ChainAccount,
  transaction: ChainTransaction,
): Promise<KnownReceipt & { readonly nonce: number }> {
  const { network } = account
  const { what } = transaction
  const head = await network.ready()
  const fees = suggestFees(await network.feesAt(head), head.baseFee ?? 0n)
  const call = {
    from: account.address,
    data: transaction.data,
    ...(transaction.to && { to: transaction.to }),
  }
  const gas = ((await estimate(network, call, what)) * gasMargin) / 10n
  const [count, mined, balance] = await network.results([
    { method: 'eth_getTransactionCount', params: [account.address, 'pending'] },
    { method: 'eth_getTransactionCount', params: [account.address, 'latest'] },
    { method: 'eth_getBalance', params: [account.address, 'latest'] },
  ])
  const nonce = Number(quantityOf(count, 'nonce'))
  refuseWaiting(account, { what, waiting: nonce - Number(quantityOf(mined, 'nonce')) })
  const cost = gas * fees.maxFeePerGas
  requireFunds(account, quantityOf(balance, 'balance'), cost)
  const { raw, hash } = await sign(account, transaction, { nonce, gas, fees })
  await account.onSigned?.({ ...transaction, hash, nonce, cost })
  await broadcast(network, raw, hash)
  await account.onSent(what, hash)
  const receipt = await waitFor(account, { raw, hash }, what)
  if (!receipt.succeeded) {
    throw new EnergywebError('transaction-reverted', `could not ${what}: transaction ${hash} reverted`)
  }
  return { ...receipt, nonce }
}

async function estimate(network: EvmNetwork, call: object, what: string): Promise<bigint> {
  const [answer] = await network.batch([{ method: 'eth_estimateGas', params: [call] }])
  if (answer?.error !== undefined) {
    throw new EnergywebError('transaction-refused', `could not ${what}: ${answer.error.message}`, {
      hint: 'May this account do that? `energyweb ledger show --ledger <name>` says what our keys may do.',
    })
  }
  return quantityOf(answer?.result, 'gas')
}

/**
 * What an interrupted command left in the pool may do tomorrow what this one is about to do now.
 * @throws EnergywebError `nonce-conflict`
 */
function refuseWaiting(
  { address, network }: ChainAccount,
  { what, waiting }: { what: string; waiting: number },
): void {
  if (waiting <= 0) return
  throw new EnergywebError(
    'nonce-conflict',
    `could not ${what}: ${waiting} ${waiting === 1 ? 'transaction' : 'transactions'} of ${address} on ${network.name} ${waiting === 1 ? 'is' : 'are'} not in a block yet`,
    {
      retryable: true,
      hint: 'Wait until they are, then run the command again: it goes on from what is there.',
    },
  )
}

/** Sends it. A node may answer with an error although it took the transaction: then it knows the hash. */
async function broadcast(network: EvmNetwork, raw: string, hash: string): Promise<void> {
  try {
    await network.request('eth_sendRawTransaction', [raw])
  } catch (error) {
    const known = await network.request('eth_getTransactionByHash', [hash])
    if (known === null) throw error
  }
}

function requireFunds({ address, network }: ChainAccount, balance: bigint, cost: bigint): void {
  if (balance >= cost) return
  throw new EnergywebError(
    'funds-insufficient',
    `${address} has ${balance} wei on ${network.name}, the transaction may cost up to ${cost}`,
    { hint: 'Send some of the network’s coin to this account.' },
  )
}

function sign(
  { network, signer }: ChainAccount,
  { to, data }: ChainTransaction,
  { nonce, gas, fees }: { nonce: number; gas: bigint; fees: Fees },
): Promise<{ raw: string; hash: string }> {
  const { type } = network.fees
  return signTransaction({ type, chainId: network.chainId, nonce, to, data, gas, fees }, { signer })
}

async function waitFor(
  { network, clock }: ChainAccount,
  { raw, hash }: { readonly raw: string; readonly hash: string },
  what: string,
): Promise<KnownReceipt> {
  const start = clock.monotonic()
  for (let looks = 1; ; looks++) {
    const receipt = receiptOf(await network.request('eth_getTransactionReceipt', [hash]), hash)
    if (receipt !== undefined) return knowOutcome(network, receipt)
    if (clock.monotonic() - start > patience) {
      throw new EnergywebError(
        'network-unreachable',
        `${what}: transaction ${hash} is not in a block after ${patience / 1_000} s`,
        {
          retryable: true,
          hint: 'Look it up before you try again: it may still be mined.',
        },
      )
    }
    if (looks % looksUntilResent === 0) await sendAgain(network, raw, hash)
    await sleep(pollMilliseconds, { clock })
  }
}

/** A refusal proves nothing: it may have been mined since it was looked for. The next look tells. */
async function sendAgain(network: EvmNetwork, raw: string, hash: string): Promise<void> {
  const known = await network.request('eth_getTransactionByHash', [hash])
  if (known === null) await network.batch([{ method: 'eth_sendRawTransaction', params: [raw] }])
}

/** The code at an address, hex with 0x; `0x` when there is none. */
export async function codeAt(network: EvmNetwork, address: string): Promise<string> {
  return hexOf(await network.request('eth_getCode', [address, 'latest']), 'code')
}
