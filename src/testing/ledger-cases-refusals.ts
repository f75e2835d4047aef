import type { LedgerCase } from './ledger-conformance.ts'
import type { LedgerSubject } from './ledger-subject.ts'
import { different, type LedgerTrial, silentOn } from './ledger-trial.ts'

const canPause = ({ setPaused }: LedgerSubject) =>
  setPaused === undefined ? 'the subject can not be paused' : undefined
const canRefuse = ({ setRefusal }: LedgerSubject) =>
  setRefusal === undefined ? 'the subject has no setRefusal' : undefined

const ways = ['with reason', 'without reason', 'out of gas'] as const

/** A contract that says no, before and after something was sent, and recovers. */
export const ledgerRefusalCases: readonly LedgerCase[] = [
  {
    name: 'paused: said, nothing is sent, and it goes on by itself',
    unsuitable: canPause,
    async run(trial) {
      trial.measure(3)
      await trial.subject.setPaused?.(true)
      const ledger = await trial.start()
      await trial.turns(ledger, 3)
      const { trouble } = await trial.status(ledger)
      const sent = await trial.transactions()
      await trial.subject.setPaused?.(false)
      trial.push(20_000)
      await trial.settle(ledger)
      return [
        ...silentOn('trouble', trouble, /ledger-not-ready|transaction-reverted/),
        ...different('sent', sent, []),
        ...(await trial.wrongOf(ledger)),
      ]
    },
  },
  {
    name: 'paused when it was sent already: what reverted is looked into, and registered later',
    unsuitable: canPause,
    run: trial => refusedInFlight(trial, on => trial.subject.setPaused?.(on)),
  },
  ...ways.map(
    (way): LedgerCase => ({
      name: `it reverts ${way}, before anything was sent`,
      unsuitable: canRefuse,
      async run(trial) {
        trial.measure(3)
        await trial.subject.setRefusal?.(way)
        const ledger = await trial.start()
        await trial.turns(ledger, 3)
        const { trouble, stopped } = await trial.status(ledger)
        const { registered } = await trial.onChain()
        await trial.subject.setRefusal?.('none')
        trial.push(20_000)
        await trial.settle(ledger)
        return [
          ...silentOn('trouble', trouble, /transaction-reverted|network-refused|ledger-not-ready/),
          ...different('stopped', stopped, undefined),
          ...different('registered', registered, []),
          ...(await trial.wrongOf(ledger)),
        ]
      },
    }),
  ),
  ...ways.map(
    (way): LedgerCase => ({
      name: `it reverts ${way}, when it was sent already`,
      unsuitable: canRefuse,
      run: trial => refusedInFlight(trial, on => trial.subject.setRefusal?.(on ? way : 'none')),
    }),
  ),
  {
    name: 'an estimate that is too low: out of gas, and tried again with enough',
    async run(trial) {
      trial.measure(1)
      let lies = 1
      trial.node.set(({ method }) =>
        method === 'eth_estimateGas' && lies-- > 0 ? { result: '0x5dc0' } : 'pass',
      )
      const ledger = await trial.start()
      await trial.settle(ledger)
      return trial.wrongOf(ledger)
    },
  },
  {
    name: 'another account than the one that may write: said beforehand, nothing is registered',
    unsuitable: ({ takesAnybody }) =>
      takesAnybody ? 'the contract takes what anybody registers' : undefined,
    async run(trial) {
      trial.measure(2)
      const ledger = await trial.start({ stranger: true })
      await trial.turns(ledger, 4)
      const { trouble } = await trial.status(ledger)
      const { registered } = await trial.onChain()
      return [
        ...silentOn('trouble', trouble, /ledger-not-ready/),
        ...different('registered', registered, []),
        ...different('sent', await trial.transactions(), []),
      ]
    },
  },
]

/** What is under way reverts; once the contract takes it again, all of it is registered once. */
async function refusedInFlight(
  trial: LedgerTrial,
  refuse: (on: boolean) => Promise<void> | undefined,
): Promise<readonly string[]> {
  trial.measure(3)
  const ledger = await trial.start()
  await trial.work(ledger)
  // The contract's own transaction must come first: ours wait outside of the pool meanwhile.
  const raws = (await trial.submissions()).map(({ variants }) => variants.at(-1)?.raw)
  await trial.subject.anvil.rpc('anvil_dropAllTransactions')
  await refuse(true)
  for (const raw of raws) await trial.subject.anvil.rpc('eth_sendRawTransaction', [raw])
  await trial.mine()
  await trial.turns(ledger, 4)
  const { registered } = await trial.onChain()
  await refuse(false)
  trial.push(20_000)
  await trial.settle(ledger)
  return [
    ...different('registered while it refused', registered, []),
    ...(await trial.wrongOf(ledger, { inAnyOrder: true })),
  ]
}
