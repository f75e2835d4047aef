import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import type { LedgerCase } from './ledger-conformance.ts'
import { different, type LedgerTrial, silentOn } from './ledger-trial.ts'
import type { RpcFault } from './rpc-faults.ts'

/** What a node answers, asked behind the fault that is in place; then what the fault makes of it. */
type Rewrite = (result: unknown) => unknown

/** A node that lies, forgets, or is of another chain. */
export const ledgerNodeCases: readonly LedgerCase[] = [
  {
    name: 'a node of another chain: nothing is signed for it',
    async run(trial) {
      trial.measure(2)
      trial.node.set(({ method }) => (method === 'eth_chainId' ? { result: '0x539' } : 'pass'))
      const ledger = await trial.start()
      const refused = await trial.work(ledger).then(
        () => 'it worked',
        error => (isEnergywebError(error) ? error.code : String(error)),
      )
      const sent = await trial.transactions()
      trial.node.set(undefined)
      const again = await trial.start()
      await trial.settle(again)
      return [
        ...different('error', refused, 'network-wrong-chain'),
        ...different('sent', sent, []),
        ...(await trial.wrongOf(again)),
      ]
    },
  },
  {
    name: 'no contract at the address: said beforehand, as such an address takes everything in silence',
    async run(trial) {
      trial.measure(2)
      trial.node.set(({ method }) => (method === 'eth_getCode' ? { result: '0x' } : 'pass'))
      const ledger = await trial.start()
      await trial.turns(ledger, 3)
      const { trouble } = await trial.status(ledger)
      const sent = await trial.transactions()
      trial.node.set(undefined)
      trial.push(20_000)
      await trial.settle(ledger)
      return [
        ...silentOn('trouble', trouble, /ledger-not-ready.*no contract/),
        ...different('sent', sent, []),
        ...(await trial.wrongOf(ledger)),
      ]
    },
  },
  {
    name: 'receipts without the event: not believed, the event is looked for',
    run: trial => lied(trial, { receipts: () => [] }),
  },
  {
    name: 'receipts whose event says something else: not believed, the event is looked for',
    run: trial => lied(trial, { receipts: logs => logs.map(falsified) }),
  },
  {
    name: 'no event anywhere: the line stops, and an operator may let it go on, without a second registration',
    async run(trial) {
      trial.measure(1)
      const ledger = await trial.start()
      await trial.work(ledger)
      await trial.mine()
      trial.node.set(await liar(trial, { receipts: () => [], searches: () => [] }))
      await trial.turns(ledger, 4)
      const { stopped } = await trial.status(ledger)
      trial.node.set(undefined)
      await trial.stores.setStopped('trial/trial', undefined)
      trial.push(20_000)
      await trial.settle(ledger)
      return [...silentOn('stopped', stopped, /without the event/), ...(await trial.wrongOf(ledger))]
    },
  },
  {
    name: 'accepted, then gone: sent again after a while, the same bytes',
    async run(trial) {
      trial.measure(3)
      const ledger = await trial.start()
      await trial.work(ledger)
      const before = await trial.transactions()
      await trial.subject.anvil.rpc('anvil_dropAllTransactions')
      await trial.mine()
      trial.push(25_000)
      await trial.settle(ledger)
      return [
        ...(await trial.wrongOf(ledger)),
        ...different('transactions', await trial.transactions(), before),
      ]
    },
  },
  {
    name: 'answers that are lost on the way: what was taken is not sent as something new',
    async run(trial) {
      trial.measure(3)
      let lost = 2
      trial.node.set(({ method }) => (method === 'eth_sendRawTransaction' && lost-- > 0 ? 'drop' : 'pass'))
      const ledger = await trial.start()
      for (let i = 0; i < 3; i++) await unlessUnreachable(() => trial.work(ledger))
      trial.push(60_000)
      await trial.settle(ledger)
      return trial.wrongOf(ledger)
    },
  },
]

async function lied(
  trial: LedgerTrial,
  lies: { receipts: (logs: readonly Log[]) => readonly Log[] },
): Promise<readonly string[]> {
  trial.measure(2)
  const ledger = await trial.start()
  await trial.work(ledger)
  await trial.mine()
  trial.node.set(await liar(trial, lies))
  await trial.turns(ledger, 1)
  const before = (await trial.submissions()).filter(({ state }) => state === 'final').length
  await trial.settle(ledger)
  return [...different('final by a lie', before, 0), ...(await trial.wrongOf(ledger))]
}

async function unlessUnreachable(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!isEnergywebError(error, 'network-unreachable')) throw error
  }
}

interface Log {
  readonly topics: readonly string[]
  readonly data: string
}

/** The last byte of the data, or of the last topic, is another. */
function falsified(log: Log): Log {
  const other = (hex: string) => `${hex.slice(0, -2)}${hex.endsWith('77') ? '78' : '77'}`
  // All words of the data: whichever of them says what was registered.
  const words = log.data.slice(2).match(/.{64}/g) ?? []
  return { ...log, data: `0x${words.map(other).join('')}` }
}

/** A fault that rewrites what the node says of receipts and searches of now. */
async function liar(
  trial: LedgerTrial,
  lies: {
    receipts: (logs: readonly Log[]) => readonly Log[]
    searches?: (logs: readonly Log[]) => readonly Log[]
  },
): Promise<RpcFault> {
  const receipts = new Map<string, unknown>()
  for (const hash of await trial.transactions()) {
    receipts.set(hash, await trial.subject.anvil.rpc('eth_getTransactionReceipt', [hash]))
  }
  const rewrite: Rewrite = receipt => {
    if (typeof receipt !== 'object' || receipt === null || !('logs' in receipt)) return receipt
    if (!Array.isArray(receipt.logs)) throw new EnergywebError('internal', 'a receipt without logs')
    return { ...receipt, logs: lies.receipts(receipt.logs) }
  }
  return ({ method, params }) => {
    const [first] = params
    if (method === 'eth_getTransactionReceipt' && typeof first === 'string' && receipts.has(first)) {
      return { result: rewrite(receipts.get(first)) }
    }
    if (method === 'eth_getLogs' && lies.searches !== undefined) return { result: lies.searches([]) }
    return 'pass'
  }
}
