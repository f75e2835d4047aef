import type { NodeCase, NodeFinding } from './node-conformance.ts'
import { type NodeReceipt, type NodeSession, saidBy } from './node-session.ts'

const deployGas = 4_000_000n
const callGas = 500_000n

/** Transactions that are meant to be mined, and what receipts say of them. */
export const nodeTransactionCases: readonly NodeCase[] = [
  {
    name: 'a contract is created (legacy, EIP-155)',
    expected: 'mined with status 1, code at the address',
    async run(session) {
      const { raw, hash } = await session.signCreation(session.subject.registry.bytecode, deployGas)
      const answer = await session.send(raw)
      const receipt = await session.settled(hash)
      if (receipt?.contractAddress == null) return notMined(saidBy(answer))
      const code = String(await session.need('eth_getCode', [receipt.contractAddress, 'latest']))
      session.contract = receipt.contractAddress
      session.deployedAt = BigInt(receipt.blockNumber)
      session.mined = { raw, receipt }
      return { ...mined(receipt), said: saidBy(answer), ok: receipt.status === '0x1' && code.length > 2 }
    },
  },
  {
    name: 'nonces in order, in one batch',
    expected: 'all mined; what was refused as a gap is sent again',
    async run(session) {
      const { registry, account, ask } = session.subject
      const to = session.contract
      if (to === undefined) return { skipped: 'there is no contract' }
      const calls = [...registry.setUp(account), registry.read(100n)]
      const first = await session.nonce()
      const signed = await Promise.all(
        calls.map((data, i) => session.sign({ to, data, gas: callGas, nonce: first + i })),
      )
      const answers = await ask(
        signed.map(({ raw }) => ({ method: 'eth_sendRawTransaction', params: [raw] })),
      )
      const refused = answers.find(({ error }) => error !== undefined)
      const receipts: (NodeReceipt | undefined)[] = []
      for (const [i, { raw, hash }] of signed.entries()) {
        // A node that works on a batch side by side may meet a later nonce first.
        const answer = answers[i]
        if (answer?.error !== undefined && session.meaning(answer) === 'nonce-gap') await session.send(raw)
        receipts.push(await session.settled(hash))
      }
      const good = receipts.filter(receipt => receipt?.status === '0x1')
      const found = `${good.length} of ${signed.length} mined`
      const said = refused === undefined ? '' : saidBy(refused)
      return { found, said, ok: good.length === signed.length }
    },
  },
  {
    name: 'a transaction of type 2 (EIP-1559)',
    expected: 'mined, from London on',
    async run(session) {
      const { baseFeePerGas } = await session.head()
      if (baseFeePerGas == null) return { skipped: 'the chain has no base fee' }
      return send(session, { tip: 1n })
    },
  },
  {
    name: 'the receipt',
    expected: 'its block by number has its block hash',
    async run(session) {
      const { receipt } = session.mined ?? {}
      if (receipt === undefined) return { skipped: 'nothing was mined' }
      const block = await session.need('eth_getBlockByNumber', [receipt.blockNumber, false])
      const same = (block as { hash?: unknown } | null)?.hash === receipt.blockHash
      return { found: same ? 'the same hash' : 'another hash', said: receipt.blockHash, ok: same }
    },
  },
  {
    name: 'the receipt of an unknown transaction',
    expected: 'null',
    async run(session) {
      const answer = await session.ask('eth_getTransactionReceipt', [`0x${'12'.repeat(32)}`])
      const ok = answer.error === undefined && answer.result === null
      return { found: ok ? 'null' : 'something else', said: saidBy(answer), ok }
    },
  },
  {
    name: 'a call to an address without code',
    expected: 'mined with status 1 and no log: the event decides, not the status',
    run: session => send(session, { to: `0x${'00'.repeat(18)}dead`, data: '0x2bc32e11', gas: callGas }),
  },
  {
    name: 'an invalid opcode',
    expected: 'mined with status 0, all gas burnt; the answer may be an error',
    async run(session) {
      // Writes the one byte 0xfe into the code: whoever calls it runs into INVALID.
      const creation = await session.signCreation('0x60fe60005360016000f3', callGas)
      await session.send(creation.raw)
      const to = (await session.settled(creation.hash))?.contractAddress
      if (to == null) return notMined('')
      const { raw, hash } = await session.sign({ to, gas: 100_000n })
      const answer = await session.send(raw)
      const receipt = await session.settled(hash)
      if (receipt === undefined) return notMined(saidBy(answer))
      const burnt = BigInt(receipt.gasUsed) === 100_000n
      return { ...mined(receipt), said: saidBy(answer), ok: receipt.status === '0x0' && burnt }
    },
  },
  {
    name: 'blocks taken back',
    expected: 'receipt null, the count of transactions back; the same bytes are taken again',
    run: rewind,
  },
]

function mined({ status, blockNumber }: NodeReceipt) {
  return { found: `status ${Number(status)} in block ${BigInt(blockNumber)}` }
}

function notMined(said: string): NodeFinding {
  return { found: 'never mined', said, ok: false }
}

async function send(
  session: NodeSession,
  change: { to?: string; data?: string; gas?: bigint; tip?: bigint },
): Promise<NodeFinding> {
  const { raw, hash } = await session.sign(change)
  const answer = await session.send(raw)
  const receipt = await session.settled(hash)
  if (receipt === undefined) return notMined(saidBy(answer))
  const ok = receipt.status === '0x1' && receipt.logs.length === 0
  return { ...mined(receipt), said: saidBy(answer), ok }
}

/** Only development nodes can: by a snapshot, as all of them have that. */
async function rewind(session: NodeSession): Promise<NodeFinding> {
  if (!session.subject.mayRewind) return { skipped: 'only on a development chain' }
  const snapshot = await session.ask('evm_snapshot')
  if (snapshot.error !== undefined) return { skipped: 'the node can not' }
  const before = await session.nonce()
  const { raw, hash } = await session.sign()
  await session.send(raw)
  if ((await session.settled(hash)) === undefined) return notMined('')
  const reverted = await session.ask('evm_revert', [snapshot.result])
  const gone = (await session.receipt(hash)) === undefined && (await session.nonce()) === before
  const answer = await session.send(raw)
  const again = await session.settled(hash)
  const found = `${gone ? 'gone' : 'still there'}, ${again === undefined ? 'not mined again' : 'mined again'}`
  return {
    found,
    said: saidBy(reverted.error === undefined ? answer : reverted),
    ok: gone && again !== undefined,
  }
}
