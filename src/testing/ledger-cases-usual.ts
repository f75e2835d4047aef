import { EnergywebError } from '../core/errors.ts'
import { setFaultHandler } from '../core/fault-point.ts'
import type { LedgerCase } from './ledger-conformance.ts'
import { different, type LedgerTrial } from './ledger-trial.ts'

/** What happens on every day, and that no restart does any harm. */
export const ledgerUsualCases = (faultPoints: readonly string[]): readonly LedgerCase[] => [
  {
    name: 'each total is registered once, in order, and becomes final',
    async run(trial) {
      trial.measure(5)
      const ledger = await trial.start()
      await trial.settle(ledger)
      await trial.turns(ledger, 5)
      return trial.wrongOf(ledger)
    },
  },
  {
    name: 'what comes later is registered on top',
    async run(trial) {
      trial.measure(2)
      const ledger = await trial.start()
      await trial.settle(ledger)
      trial.measure(2)
      await trial.settle(ledger)
      return trial.wrongOf(ledger)
    },
  },
  {
    name: 'a total that is the same again: told, skipped with a reason, or without energy, as the kind needs it',
    async run(trial) {
      for (const total of [10n, 10n, 20n]) trial.measureTotal(total)
      const ledger = await trial.start()
      await trial.settle(ledger)
      const skipped = (await trial.submissions()).filter(({ state }) => state === 'skipped')
      if (trial.subject.definition.needs === 'absolute') {
        return [...(await trial.wrongOf(ledger)), ...different('skipped', skipped.length, 0)]
      }
      trial.measured.splice(1, 1)
      const reasons = skipped.filter(({ reason }) => /no whole (\d+ )?[kM]?Wh/.test(reason ?? ''))
      return [...(await trial.wrongOf(ledger)), ...different('skipped with a reason', reasons.length, 1)]
    },
  },
  {
    name: "a silent meter: told where the kind takes each total, and in nobody's way",
    async run(trial) {
      trial.measure(2)
      trial.fallSilent()
      const isTold = trial.subject.definition.needs === 'absolute'
      const silent = isTold ? trial.measured.slice(-1) : []
      trial.measure(1)
      const ledger = await trial.start()
      await trial.settle(ledger)
      trial.measured.splice(2, 0, ...silent)
      return trial.wrongOf(ledger)
    },
  },
  {
    name: 'a restart signs nothing anew',
    async run(trial) {
      trial.measure(3)
      await trial.work(await trial.start())
      const before = await trial.transactions()
      const again = await trial.start()
      await trial.settle(again)
      await trial.settle(await trial.start())
      return [
        ...(await trial.wrongOf(again)),
        ...different('transactions', await trial.transactions(), before),
      ]
    },
  },
  {
    name: 'books from before: what is on the chain already is taken over, and not registered again',
    async run(trial) {
      trial.measure(4)
      await trial.settle(await trial.start())
      trial.forget()
      trial.measure(1)
      const ledger = await trial.start()
      await trial.settle(ledger)
      const adopted = (await trial.submissions()).filter(({ variants }) => variants.length === 0)
      return [...(await trial.wrongOf(ledger)), ...different('taken over', adopted.length, 4)]
    },
  },
  ...faultPoints.map(point => ({
    name: `a crash at ${point} loses nothing and doubles nothing`,
    run: (trial: LedgerTrial) => crashAt(trial, point),
  })),
  {
    name: 'unknown options are refused',
    async run({ place, subject: { definition } }) {
      const refuses = (schema: typeof definition.options, given: object) =>
        schema.safeParse(given).success && !schema.safeParse({ ...given, zzzUnknown: 1 }).success
      return [
        ...different('options', refuses(definition.options, place.options), true),
        ...different('line', refuses(definition.line, place.line), true),
      ]
    },
  },
]

async function crashAt(trial: LedgerTrial, point: string): Promise<readonly string[]> {
  trial.measure(4)
  for (const passage of [1, 3]) {
    let left = passage
    setFaultHandler(name => {
      if (name !== point || --left !== 0) return
      throw new EnergywebError('log-io', `the process ends at ${point}`)
    })
    await comeTo(trial)
  }
  setFaultHandler(undefined)
  const ledger = await trial.start()
  await trial.settle(ledger)
  return trial.wrongOf(ledger)
}

/** Works until the process would end, or nothing is left to do. */
async function comeTo(trial: LedgerTrial): Promise<void> {
  try {
    await trial.settle(await trial.start())
  } catch (error) {
    if (error instanceof EnergywebError && error.code === 'log-io') return
    throw error
  }
}
