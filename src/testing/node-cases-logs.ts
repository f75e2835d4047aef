import type { NodeCase } from './node-conformance.ts'
import { type NodeSession, saidBy } from './node-session.ts'

const hex = (value: bigint) => `0x${value.toString(16)}`

async function search(session: NodeSession, from: bigint, to: bigint) {
  const { registry } = session.subject
  const filter = {
    address: session.contract,
    topics: registry.topics,
    fromBlock: hex(from),
    toBlock: hex(to),
  }
  return session.ask('eth_getLogs', [filter])
}

async function headNumber(session: NodeSession): Promise<bigint> {
  return BigInt(String((await session.head()).number))
}

/** How events are found again. */
export const nodeLogCases: readonly NodeCase[] = [
  {
    name: 'logs by address and topics',
    expected: 'the one event, with block hash, transaction and index',
    async run(session) {
      if (session.contract === undefined) return { skipped: 'there is no contract' }
      const answer = await search(session, session.deployedAt, await headNumber(session))
      if (answer.error !== undefined || !Array.isArray(answer.result)) {
        return { found: 'refused', said: saidBy(answer), ok: false }
      }
      const [log] = answer.result as Record<string, unknown>[]
      const complete =
        /^0x[0-9a-f]{64}$/.test(String(log?.blockHash)) &&
        /^0x[0-9a-f]{64}$/.test(String(log?.transactionHash)) &&
        /^0x[0-9a-f]+$/.test(String(log?.logIndex)) &&
        String(log?.address).toLowerCase() === session.contract.toLowerCase()
      return { found: `${answer.result.length} found`, said: '', ok: answer.result.length === 1 && complete }
    },
  },
  {
    name: 'logs of the whole chain',
    expected: 'found, or a refusal (then the range is halved)',
    async run(session) {
      if (session.contract === undefined) return { skipped: 'there is no contract' }
      const answer = await search(session, 0n, await headNumber(session))
      if (answer.error !== undefined)
        return { found: session.meaning(answer), said: saidBy(answer), ok: true }
      const count = Array.isArray(answer.result) ? answer.result.length : 0
      return { found: `${count} found`, said: '', ok: count === 1 }
    },
  },
  {
    name: 'logs beyond the newest block',
    expected: 'none, or a refusal',
    async run(session) {
      if (session.contract === undefined) return { skipped: 'there is no contract' }
      const beyond = (await headNumber(session)) + 1_000n
      const answer = await search(session, beyond, beyond + 10n)
      const none = answer.error === undefined && Array.isArray(answer.result) && answer.result.length === 0
      const found = answer.error === undefined ? (none ? 'none' : 'some') : 'refused'
      return { found, said: saidBy(answer), ok: answer.error !== undefined || none }
    },
  },
  {
    name: 'a view at a block',
    expected: 'answered at the newest block, refused or empty beyond it',
    async run(session) {
      const to = session.contract
      if (to === undefined) return { skipped: 'there is no contract' }
      const head = await headNumber(session)
      // getAssetListLength() of Origin release A.
      const call = { to, data: '0xae51439c' }
      const now = await session.ask('eth_call', [call, hex(head)])
      const later = await session.ask('eth_call', [call, hex(head + 1_000_000n)])
      const refused = later.error !== undefined || later.result === '0x' || later.result === null
      const found = `${now.error === undefined ? 'answered' : 'refused'}, beyond it ${refused ? 'refused' : 'answered'}`
      return { found, said: saidBy(later), ok: now.error === undefined && refused }
    },
  },
]
