import type { Abi } from 'viem'
import { sleep } from '../../core/clock.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { EvmError, revertedError } from '../contract/evm-error.ts'
import { gasLimit } from '../contract/gas-limit.ts'
import { readRevert } from '../contract/revert.ts'
import type { Deed, DeedOptions } from '../contract/sending.ts'
import { awaitReceipt, type MinedTransaction, minedOf, type WaitOptions } from '../contract/wait-for.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { revertDataIn } from '../evm/revert-data.ts'
import { accountOf } from '../evm/transaction.ts'
import { DurableCalls, type DurableCallsOptions } from './durable-calls.ts'
import type { HeldCall } from './held-call.ts'

export interface DurableOptions extends DeedOptions, DurableCallsOptions {
  /** Stands for this one call for ever: asked for again with the same key, also after a crash, it is still made once. */
  readonly callKey?: string
}

/** A call that is on disk and will be made. */
export interface DurableCall<abi extends Abi = Abi> {
  /** Sequence of its entry in the account's stream of calls. */
  readonly entry: number
  /**
   * Waits until it is made and final, by whichever transaction that came about.
   * @throws EnergywebError `transaction-reverted` when the contract refused it, for good; `network-unreachable`, retryable, when the
   * time is over: it is still made; `ledger-not-ready`, retryable, when it, or one before it, costs more gas than it may; `log-io`,
   * `log-closed`
   */
  wait(options?: WaitOptions): Promise<MinedTransaction<abi>>
}

/** One for each chain client, log and account; the options are those of whoever opens them. */
const opened = new WeakMap<EvmNetwork, WeakMap<object, Map<string, Promise<DurableCalls>>>>()

/** The durable calls of an account; what an earlier process left is gone on with. */
export async function durableCalls(network: EvmNetwork, options: DurableCallsOptions): Promise<DurableCalls> {
  const account = accountOf(options.signer)
  const ofNetwork = opened.get(network) ?? new WeakMap<object, Map<string, Promise<DurableCalls>>>()
  opened.set(network, ofNetwork)
  const ofLog = ofNetwork.get(options.log) ?? new Map<string, Promise<DurableCalls>>()
  ofNetwork.set(options.log, ofLog)
  const known = ofLog.get(account)
  if (known !== undefined) {
    const calls = await known
    if (!calls.isOver) return calls
    // Whoever comes second finds what the first one has opened meanwhile.
    if (ofLog.get(account) !== known) return durableCalls(network, options)
  }
  const fresh = DurableCalls.open(network, options)
  ofLog.set(account, fresh)
  fresh.catch(() => ofLog.delete(account))
  return fresh
}

/** See `EvmContract.sendRaw` with a log. */
export async function makeDurably<abi extends Abi>(
  network: EvmNetwork,
  { deed, to, abi }: { deed: Deed; to: string; abi: abi },
  options: DurableOptions,
): Promise<DurableCall<abi>> {
  const { callKey, signal } = options
  const waiting = signal === undefined ? {} : { signal }
  const calls = await durableCalls(network, options)
  const since = await headNow(network, waiting)
  // What is refused already need not be kept; unless it needs what others do that are still on their way.
  const isKnown = since !== undefined && callKey === undefined && !(await calls.isBusy())
  if (isKnown) await gasLimit(network, deed, { ...options, from: calls.account })
  const { data, value, what } = deed
  const entry = await calls.keep({ to, data, value, what, since }, callKey)
  return { entry, wait: (waitOptions = {}) => made(network, { calls, entry, deed, to, abi }, waitOptions) }
}

/** Undefined while no node is there: a call is kept nevertheless. */
async function headNow(network: EvmNetwork, waiting: { signal?: AbortSignal }): Promise<bigint | undefined> {
  try {
    return (await network.ready(waiting)).number
  } catch (error) {
    waiting.signal?.throwIfAborted()
    if (isEnergywebError(error) && error.retryable) return undefined
    throw error
  }
}

async function made<abi extends Abi>(
  network: EvmNetwork,
  { calls, entry, deed, to, abi }: { calls: DurableCalls; entry: number; deed: Deed; to: string; abi: abi },
  { confirmations = network.confirmations, timeout = 600_000, pollEvery = 1_000, signal }: WaitOptions,
): Promise<MinedTransaction<abi>> {
  const { clock } = network
  const waiting = signal === undefined ? {} : { signal }
  const start = clock.monotonic()
  for (;;) {
    const submission = await calls.submissionOf(entry)
    if (submission?.state === 'skipped' || submission?.state === 'failed') {
      throw givenUp(submission.reason ?? '', { what: deed.what, abi })
    }
    const { state, receipt } = submission ?? {}
    // Fewer confirmations than those of the network: the receipt's own depth is looked at.
    if (receipt !== undefined && (state === 'final' || confirmations < network.confirmations)) {
      const asked = { what: deed.what, abi, confirmations, timeout, pollEvery, ...waiting }
      return minedOf(await awaitReceipt(network, receipt.transaction, asked), { address: to, abi })
    }
    const held = submission === undefined ? await calls.held() : undefined
    if (held !== undefined && held.entry <= entry) throw heldUp(deed.what, held, entry)
    if (clock.monotonic() - start > timeout) throw tooLong(deed.what, timeout, await calls.trouble())
    await sleep(pollEvery, { clock, ...waiting })
  }
}

function givenUp(reason: string, { what, abi }: { what: string; abi: Abi }): EnergywebError {
  const data = revertDataIn(reason)
  if (data !== undefined) return revertedError(readRevert(data, abi), { what, past: true })
  // A person's decision, and its reason.
  if (reason.startsWith('given up')) return new EnergywebError('transaction-refused', `${what} was ${reason}`)
  return new EvmError('transaction-reverted', `${what} was given up: ${reason}`, { meaning: 'reverted' })
}

function heldUp(what: string, held: HeldCall, entry: number): EnergywebError {
  const why = held.entry === entry ? '' : `waits behind ${held.what}: `
  return new EnergywebError('ledger-not-ready', `${what} ${why}${held.reason}`, {
    retryable: true,
    hint: `It is kept. Open the calls again with a higher gasCap, or give up entry ${held.entry} with giveUp().`,
  })
}

function tooLong(what: string, timeout: number, trouble: string | undefined): EnergywebError {
  const why = trouble === undefined ? '' : `: ${trouble}`
  return new EnergywebError('network-unreachable', `${what} is not final after ${timeout / 1_000} s${why}`, {
    retryable: true,
    hint: 'It is kept, and will be made: wait on.',
  })
}
