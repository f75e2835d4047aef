import { sleep } from '../core/clock.ts'
import type { NodeCase, NodeFinding } from './node-conformance.ts'
import { type NodeAnswer, type NodeSession, saidBy } from './node-session.ts'

/** A refusal whose meaning must be one of these. */
function oneOf(session: NodeSession, answer: NodeAnswer, expected: readonly string[]): NodeFinding {
  const found = session.meaning(answer)
  return { found, said: saidBy(answer), ok: expected.includes(found) }
}

/** What was refused must not block the nonce: a good transaction with the same one must be mined. */
async function unblocked(session: NodeSession, finding: NodeFinding): Promise<NodeFinding> {
  if ('skipped' in finding) return finding
  const { hash, raw } = await session.sign({ price: (await session.subject.price()) * 2n })
  const answer = await session.send(raw)
  if ((await session.settled(hash)) !== undefined) return finding
  return { found: `${finding.found}, and then the nonce is blocked`, said: saidBy(answer), ok: false }
}

/** What a node says when it takes a transaction not, or not yet. */
export const nodeRefusalCases: readonly NodeCase[] = [
  {
    name: 'a transaction that is known',
    expected: 'known, nonce-used or accepted',
    async run(session) {
      const { raw, hash } = await session.sign()
      await session.send(raw)
      const answer = await session.send(raw)
      await session.settled(hash)
      return oneOf(session, answer, ['known', 'nonce-used', 'accepted'])
    },
  },
  {
    name: 'a transaction that is mined, sent again',
    expected: 'nonce-used, known or accepted',
    async run(session) {
      if (session.mined === undefined) return { skipped: 'nothing was mined' }
      return oneOf(session, await session.send(session.mined.raw), ['nonce-used', 'known', 'accepted'])
    },
  },
  {
    name: 'a nonce that is used, with other contents',
    expected: 'nonce-used',
    async run(session) {
      const { raw } = await session.sign({ nonce: (await session.nonce()) - 1, gas: 30_000n })
      return oneOf(session, await session.send(raw), ['nonce-used'])
    },
  },
  {
    name: 'a gap of nonces',
    expected: 'accepted or nonce-gap; both mined once the missing one is there',
    async run(session) {
      const first = await session.nonce()
      const later = await session.sign({ nonce: first + 1 })
      const sending = session.send(later.raw)
      const answer = await Promise.race([sending, silence(session)])
      const pending = await session.ask('eth_getTransactionCount', [session.subject.account, 'pending'])
      const missing = await session.sign({ nonce: first })
      await session.send(missing.raw)
      if (answer === undefined) {
        const late = await sending
        await session.settled(later.hash)
        return { found: 'answered only when the missing one came', said: saidBy(late), ok: false }
      }
      session.keepsGaps = answer.error === undefined
      if ((await session.settled(missing.hash)) === undefined) return blocked(answer)
      // A node that takes no gap has forgotten the later one, as one may that has taken it.
      if ((await session.receipt(later.hash)) === undefined) await session.send(later.raw)
      if ((await session.settled(later.hash)) === undefined) return blocked(answer)
      const finding = oneOf(session, answer, ['accepted', 'nonce-gap'])
      if ('skipped' in finding || pending.error !== undefined) return finding
      const queued = Number(BigInt(String(pending.result))) - first
      return { ...finding, found: `${finding.found}; pending counts ${queued} of the queued` }
    },
  },
  {
    name: 'a replacement that pays too little more',
    expected: 'replacement-underpriced or accepted',
    async run(session) {
      if (!session.keepsGaps) return { skipped: 'the node keeps nothing behind a gap' }
      const [nonce, price] = [await session.nonce(), await session.subject.price()]
      // Behind a gap, so that it waits in the pool however fast blocks come.
      const waiting = await session.sign({ nonce: nonce + 1, price })
      await session.send(waiting.raw)
      const cheap = await session.sign({ nonce: nonce + 1, price: price + 1n, gas: 22_000n })
      const answer = await session.send(cheap.raw)
      const better = await session.sign({
        nonce: nonce + 1,
        price: (price * 1_130n) / 1_000n + 2n,
        gas: 23_000n,
      })
      const raised = await session.send(better.raw)
      const missing = await session.sign({ nonce })
      await session.send(missing.raw)
      if ((await session.settled(missing.hash)) === undefined) return blocked(answer)
      const mined = await session.settled(better.hash)
      if (raised.error !== undefined || mined === undefined) {
        return { found: '13 % more is not taken', said: saidBy(raised), ok: false }
      }
      return oneOf(session, answer, ['replacement-underpriced', 'accepted'])
    },
  },
  {
    name: 'an account without coins',
    expected: 'funds',
    async run(session) {
      const price = await session.subject.price()
      if (price === 0n) return { skipped: 'nothing is paid on this chain' }
      const { raw } = await session.sign({ nonce: 0, poor: true })
      return oneOf(session, await session.send(raw), ['funds'])
    },
  },
  {
    name: 'too little gas for any transaction',
    expected: 'gas-too-low',
    async run(session) {
      const { raw } = await session.sign({ gas: 20_000n })
      return oneOf(session, await session.send(raw), ['gas-too-low'])
    },
  },
  {
    name: 'more gas than a block has',
    expected: 'gas-over-block, or accepted and never mined',
    async run(session) {
      const limit = BigInt(String((await session.head()).gasLimit))
      const { raw } = await session.sign({ gas: limit + 1_000_000n })
      const answer = await session.send(raw)
      return unblocked(session, oneOf(session, answer, ['gas-over-block', 'funds', 'accepted']))
    },
  },
  {
    name: 'a price of nothing',
    expected: 'underpriced or accepted; accepted on a free chain',
    async run(session) {
      const { baseFeePerGas } = await session.head()
      const answer = await session.send((await session.sign({ price: 0n })).raw)
      const free = baseFeePerGas == null || BigInt(String(baseFeePerGas)) === 0n
      const finding = oneOf(session, answer, ['underpriced', 'accepted'])
      const named =
        'skipped' in finding || !free ? finding : { ...finding, found: `${finding.found} (no base fee)` }
      return unblocked(session, named)
    },
  },
  {
    name: 'a transaction for another chain',
    expected: 'wrong-chain, or accepted and never mined',
    async run(session) {
      const { raw, hash } = await session.sign({ chainId: session.subject.chainId + 1n })
      const answer = await session.send(raw)
      const finding = await unblocked(session, oneOf(session, answer, ['wrong-chain', 'accepted']))
      if ((await session.receipt(hash)) === undefined) return finding
      return { found: 'it was mined', said: saidBy(answer), ok: false }
    },
  },
  {
    name: 'the estimate of a call that the contract refuses',
    expected: 'reverted',
    async run(session) {
      const { contract: to, subject } = session
      if (to === undefined) return { skipped: 'there is no contract' }
      const call = { from: subject.account, to, data: subject.registry.refused }
      return oneOf(session, await session.ask('eth_estimateGas', [call]), ['reverted'])
    },
  },
]

/** A node need not answer at once; one that waits for the missing transaction never would. */
async function silence({ subject }: NodeSession): Promise<undefined> {
  await sleep(5_000, { clock: subject.clock, ...(subject.signal && { signal: subject.signal }) })
  return undefined
}

function blocked(answer: NodeAnswer): NodeFinding {
  return { found: 'the account is blocked', said: saidBy(answer), ok: false }
}
