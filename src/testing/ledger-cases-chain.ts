import type { LedgerCase } from './ledger-conformance.ts'
import { different, type LedgerTrial } from './ledger-trial.ts'

const hexOf = (value: bigint) => `0x${value.toString(16)}`

/** What a chain does: it takes blocks back, gets dear, and holds transactions of others. */
export const ledgerChainCases: readonly LedgerCase[] = [
  ...[1, 3, 8, 20].map(
    (depth): LedgerCase => ({
      name: `a reorganisation of ${depth} blocks, before anything is final`,
      async run(trial) {
        trial.confirmations = 30
        await trial.mine(25)
        trial.measure(3)
        const ledger = await trial.start()
        await trial.turns(ledger, depth)
        await trial.subject.anvil.rpc('anvil_reorg', [depth, []])
        await trial.settle(ledger)
        return trial.wrongOf(ledger)
      },
    }),
  ),
  {
    name: 'a reorganisation of 20 blocks that takes back what was final',
    async run(trial) {
      trial.confirmations = 4
      await trial.mine(25)
      trial.measure(2)
      const ledger = await trial.start()
      await trial.turns(ledger, 12)
      await trial.subject.anvil.rpc('anvil_reorg', [20, []])
      trial.measure(1)
      await trial.turns(ledger, 40)
      await trial.settle(ledger)
      return trial.wrongOf(ledger)
    },
  },
  {
    name: 'a fee spike: what is stuck is replaced by a dearer one of the same nonce',
    async run(trial) {
      trial.measure(2)
      const ledger = await trial.start()
      await trial.work(ledger)
      const before = (await trial.submissions()).map(({ nonce }) => nonce)
      await trial.subject.anvil.rpc('anvil_setNextBlockBaseFeePerGas', [hexOf(20_000_000_000n)])
      for (let i = 0; i < 3; i++) {
        await trial.mine()
        await trial.subject.anvil.rpc('anvil_setNextBlockBaseFeePerGas', [hexOf(20_000_000_000n)])
        trial.push(100_000)
        await trial.work(ledger)
      }
      await trial.settle(ledger)
      const after = (await trial.submissions()).map(({ nonce }) => nonce)
      const replaced = (await trial.submissions()).some(({ variants }) => variants.length > 1)
      return [
        ...(await trial.wrongOf(ledger)),
        ...different('nonces', after, before),
        ...different('replaced', replaced, true),
      ]
    },
  },
  {
    name: 'the only nonce under way is taken from outside: registered with the next one',
    async run(trial) {
      trial.confirmations = 3
      trial.measure(1)
      const ledger = await trial.start()
      await trial.work(ledger)
      await takeNonce(trial)
      await trial.settle(ledger)
      return trial.wrongOf(ledger)
    },
  },
  {
    name: 'the first of several nonces is taken from outside: no energy is missing at the end',
    async run(trial) {
      trial.confirmations = 3
      trial.measure(3)
      const ledger = await trial.start()
      await trial.work(ledger)
      await takeNonce(trial)
      await trial.settle(ledger)
      // Totals tell all: the first one is not missed once a later one is there. What counts for itself is made up for.
      if (trial.subject.definition.needs !== 'interval') trial.measured.shift()
      return trial.wrongOf(ledger, { inAnyOrder: true })
    },
  },
]

/** A transaction that we did not send takes the first nonce under way: the same key is used elsewhere. */
async function takeNonce(trial: LedgerTrial): Promise<void> {
  const { anvil } = trial.subject
  const [first] = await trial.submissions()
  await anvil.rpc('anvil_dropAllTransactions')
  await anvil.rpc('anvil_impersonateAccount', [trial.account])
  await anvil.rpc('eth_sendTransaction', [
    {
      from: trial.account,
      to: anvil.accounts[0]?.address,
      value: '0x1',
      gas: '0x5208',
      gasPrice: hexOf(50_000_000_000n),
      nonce: hexOf(BigInt(first?.nonce ?? 0)),
    },
  ])
  await trial.mine()
  trial.push(25_000)
}
