import type { NodeCase } from './node-conformance.ts'
import { recordOf, saidBy } from './node-session.ts'

/** What is asked at every turn. */
export const nodeBasicCases: readonly NodeCase[] = [
  {
    name: 'chain id',
    expected: 'the configured one, as a hex quantity',
    async run(session) {
      const answer = await session.ask('eth_chainId')
      const wanted = `0x${session.subject.chainId.toString(16)}`
      const found = answer.error === undefined ? String(answer.result) : session.meaning(answer)
      return { found, said: saidBy(answer), ok: found === wanted }
    },
  },
  {
    name: 'sync status',
    expected: 'false when synced',
    async run(session) {
      const answer = await session.ask('eth_syncing')
      const ok = answer.error === undefined && answer.result === false
      return { found: ok ? 'synced' : 'not synced', said: saidBy(answer), ok }
    },
  },
  {
    name: 'newest block',
    expected: 'number, hash and time; the base fee from London on',
    async run(session) {
      const { number, hash, timestamp, baseFeePerGas } = await session.head()
      const quantity = /^0x[0-9a-f]+$/
      const ok =
        [number, timestamp].every(value => quantity.test(String(value))) &&
        /^0x[0-9a-f]{64}$/.test(String(hash)) &&
        (baseFeePerGas == null || quantity.test(String(baseFeePerGas)))
      const fee = baseFeePerGas == null ? 'none' : String(BigInt(String(baseFeePerGas)))
      return { found: `base fee ${fee}`, said: `${number} ${timestamp}`, ok }
    },
  },
  {
    name: 'a block that is not there yet',
    expected: 'null or a refusal, never another block',
    async run(session) {
      const beyond = BigInt(String((await session.head()).number)) + 1_000_000n
      const answer = await session.ask('eth_getBlockByNumber', [`0x${beyond.toString(16)}`, false])
      const ok = answer.error !== undefined || answer.result === null
      return { found: answer.error === undefined ? 'null' : 'refused', said: saidBy(answer), ok }
    },
  },
  {
    name: 'batch requests',
    expected: 'a list with every id, or one by one after a refusal',
    async run(session) {
      const { account, chainId } = session.subject
      const answers = await session.subject.ask([
        { method: 'eth_chainId', params: [] },
        { method: 'eth_getTransactionCount', params: [account, 'latest'] },
        { method: 'eth_no_such_method', params: [] },
      ])
      const [id, count, unknown] = answers
      const ok =
        id?.error === undefined &&
        id?.result === `0x${chainId.toString(16)}` &&
        count?.error === undefined &&
        unknown?.error !== undefined
      return { found: `${answers.length} of 3 answers`, said: unknown ? saidBy(unknown) : '', ok }
    },
  },
  {
    name: 'history of fees',
    expected: 'tips by percentile, or a refusal (then the configured tip is paid)',
    async run(session) {
      const answer = await session.ask('eth_feeHistory', ['0x4', 'latest', [50]])
      if (answer.error !== undefined) return { found: 'refused', said: saidBy(answer), ok: true }
      const ok = Array.isArray(recordOf(answer.result).reward)
      return { found: ok ? 'tips' : 'no tips', said: saidBy(answer), ok }
    },
  },
]
