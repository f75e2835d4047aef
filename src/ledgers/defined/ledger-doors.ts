import type { Clock } from '../../core/clock.ts'
import type { Duration } from '../../core/duration.ts'
import type { DefinedLine, Ledger } from '../../core/ledger.ts'
import { silentLogger } from '../../core/logger.ts'
import type { Signer } from '../../core/signer.ts'
import type { CursorStore, SubmissionStore } from '../../core/submission.ts'
import { compareLogs } from '../evm/log-order.ts'
import { EvmNetwork } from '../evm/network.ts'
import { networkPresets } from '../evm/presets.ts'
import { submissionFaultPoints } from '../evm/submission-fault-points.ts'
import { loadAbiCodec } from './abi-codec.ts'
import { chainView } from './chain-view.ts'
import type { AnyLedgerDefinition, ContractEvent } from './define-ledger.ts'
import { eventNames, listed } from './line-events.ts'
import { openDefinedLedger } from './open-defined-ledger.ts'

/** A ledger that is tried out on a test chain. */
export interface LedgerTrialOptions {
  readonly url: string
  readonly chainId: bigint
  readonly fetch: typeof globalThis.fetch
  /** Of the chain's client; and the gateway's, by which entries are stamped. */
  readonly networkClock: Clock
  readonly clock: Clock
  readonly confirmations: number
  readonly signer: Signer
  readonly line: DefinedLine
  readonly stores: CursorStore & SubmissionStore
  readonly options: unknown
  /** Of an `interval` ledger. */
  readonly period: 'hour'
  readonly grace: Duration
}

/** What a contract holds for a line, and what its events say, oldest first. */
export interface LineOnChain {
  readonly total: bigint
  readonly registered: readonly bigint[]
}

/** All that the conformance suite of ledgers needs of this room: it may import none. */
export const ledgerDoors = {
  /** The steps at which a restart must do no harm. */
  faultPoints: submissionFaultPoints,

  async open(definition: AnyLedgerDefinition, trial: LedgerTrialOptions): Promise<Ledger> {
    const { line, signer, stores, options, clock, period, grace } = trial
    const signers = new Map([[line.key, signer]])
    const ofPeriods = definition.needs === 'interval' ? { period, grace } : {}
    return openDefinedLedger(definition, {
      name: 'trial',
      network: await networkOf(trial),
      signers,
      lines: [line],
      stores,
      options,
      clock,
      ...ofPeriods,
    })
  },

  async look(
    definition: AnyLedgerDefinition,
    trial: LedgerTrialOptions & { readonly account: string },
  ): Promise<LineOnChain> {
    const { account } = trial
    const line = { ...trial.line, target: definition.target(trial.line.target) }
    const context = { name: 'trial', origin: undefined, fromBlock: 0n, clock: trial.clock, log: silentLogger }
    const contract = definition.open(trial.options, context)
    const network = await networkOf(trial)
    const { number: at } = await network.ready()
    const chain = chainView(network, await loadAbiCodec(), { at })
    await contract.locate?.(line, { chain })
    const { total } = await contract.readTotal(line, { account, chain })
    const registered: bigint[] = []
    const seen: ContractEvent[] = []
    for (const eventName of eventNames(contract)) {
      const query = { eventName, args: contract.eventArgs(line, { account, eventName }), from: 0n }
      const at = { address: contract.addressOf(line), abi: contract.abi }
      for await (const event of chain.events(at, query)) seen.push(event)
    }
    for (const event of seen.toSorted(compareLogs)) {
      const found = listed(await contract.registered(line, event, { chain, account }))
      registered.push(...found.map(one => one.total))
    }
    return { total, registered }
  },
}

function networkOf({ url, chainId, fetch, networkClock, confirmations }: LedgerTrialOptions) {
  const { fees } = networkPresets.local
  const day = 86_400_000
  const options = { chainId, rpc: [url], confirmations, fees, headAge: day, realClock: networkClock, fetch }
  return EvmNetwork.open({ name: 'trial', ...options })
}
