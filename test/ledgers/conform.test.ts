import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fundFromNode, nodeUnderTest } from '../../src/cli/conform/node-under-test.ts'
import { systemClock } from '../../src/core/clock.ts'
import { secp256k1Signer } from '../../src/keys/secp256k1-signer.ts'
import { RpcNode } from '../../src/ledgers/evm/rpc-node.ts'
import { networkPresets } from '../../src/ledgers/index.ts'
import { startAnvil } from '../../src/testing/anvil.ts'
import { nodeCases, runNodeConformance } from '../../src/testing/node-conformance.ts'
import { faultyFetch, type RpcFault } from '../../src/testing/rpc-faults.ts'
import { energyweb } from '../cli/memory-io.ts'
import { hasNode, startOtherNode } from '../support/other-nodes.ts'

interface Report {
  readonly client: string
  readonly failed: number
  readonly skipped: number
  readonly results: readonly { name: string; found: string; said: string; outcome: string }[]
}

async function conform(url: string, more: readonly string[] = []) {
  const { code, stdout } = await energyweb(
    ['ledger', 'conform', '--rpc', url, '--block-time', '20s', '--json', ...more],
    { cwd: process.cwd(), env: {} },
  )
  return { code, text: stdout, report: JSON.parse(stdout) as Report }
}

const failedOf = ({ results }: Report) =>
  results.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)

describe('a node is found good', () => {
  test('anvil', { timeout: 120_000 }, async () => {
    const anvil = await startAnvil()
    try {
      const { code, report, text } = await conform(anvil.url)
      expect([failedOf(report), code]).toEqual([[], 0])
      expect(report).toMatchObject({ client: 'anvil/v1.7.1', failed: 0, skipped: 0 })
      expect(report.results).toHaveLength(nodeCases.length)
      expect(text).not.toContain(new URL(anvil.url).host)
    } finally {
      await anvil.stop()
    }
  })

  test.runIf(hasNode('hardhat'))('Hardhat', { timeout: 120_000 }, async () => {
    const node = await startOtherNode('hardhat')
    try {
      const { code, report } = await conform(node.url)
      expect([failedOf(report), code]).toEqual([[], 0])
      expect(report.client).toMatch(/^HardhatNetwork/)
    } finally {
      await node.stop()
    }
  })
})

test.runIf(hasNode('ganache'))(
  'ganache, which leaves a gap of nonces without an answer, is found out',
  { timeout: 120_000 },
  async () => {
    const node = await startOtherNode('ganache')
    try {
      const { code, report } = await conform(node.url)
      expect([failedOf(report), code]).toEqual([['a gap of nonces'], 1])
    } finally {
      await node.stop()
    }
  },
)

describe.concurrent('a node that is bad in one way is found out by that case', () => {
  async function failedCases(fault: RpcFault): Promise<string[]> {
    const anvil = await startAnvil()
    try {
      const faulty = faultyFetch()
      const node = new RpcNode({
        network: 'under test',
        settings: { url: anvil.url },
        fetch: faulty.fetch,
        timeout: 15_000,
        batchSize: 50,
        clock: systemClock,
        random: Math.random,
      })
      const signer = await secp256k1Signer(randomBytes(32))
      const subject = nodeUnderTest({
        node,
        chainId: 31337n,
        fees: networkPresets.local.fees,
        signer,
        poor: await secp256k1Signer(randomBytes(32)),
        mayRewind: false,
        clock: systemClock,
        patience: 4_000,
      })
      await fundFromNode(node, { to: subject.account, wei: 10n ** 18n, clock: systemClock })
      faulty.set(fault)
      const results = await runNodeConformance(subject)
      return results.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)
    } finally {
      await anvil.stop()
    }
  }

  test.each<[string, RpcFault, string[]]>([
    [
      'it shows no logs',
      ({ method }) => (method === 'eth_getLogs' ? { result: [] } : 'pass'),
      ['logs by address and topics', 'logs of the whole chain'],
    ],
    [
      'it syncs',
      ({ method }) => (method === 'eth_syncing' ? { result: { currentBlock: '0x1' } } : 'pass'),
      ['sync status'],
    ],
    [
      'it answers beyond its newest block',
      ({ method, params }) =>
        method === 'eth_call' && BigInt(String(params[1])) > 100_000n ? { result: '0x01' } : 'pass',
      ['a view at a block'],
    ],
    [
      'it has words of its own for an estimate that reverts',
      ({ method }) => (method === 'eth_estimateGas' ? { error: { code: -32000, message: 'nope' } } : 'pass'),
      ['the estimate of a call that the contract refuses'],
    ],
  ])('%s', { timeout: 120_000 }, async (_, fault, expected) => {
    expect(await failedCases(fault)).toEqual(expected)
  })
})

describe('before it spends anything', () => {
  test('a chain that is no development one needs --yes, and a key', async () => {
    const anvil = await startAnvil({ chainId: 73799 })
    try {
      const words = ['ledger', 'conform', '--rpc', anvil.url]
      const world = { cwd: process.cwd(), env: { POOR: `0x${'11'.repeat(32)}` } }
      const asked = await energyweb(words, world)
      expect([asked.code, asked.stderr]).toEqual([
        2,
        expect.stringMatching(/spends coins on chain 73799[\s\S]*--yes/),
      ])
      const poor = await energyweb([...words, '--yes', '--key-env', 'POOR'], world)
      expect(poor.stderr).toMatch(/has less than \d+ wei/)
      const wrong = await energyweb([...words, '--yes', '--network', 'energyweb'], world)
      expect(wrong.stderr).toMatch(/on chain 73799, energyweb is chain 246/)
      expect(await anvil.rpc('eth_getTransactionCount', [anvil.accounts[0]?.address, 'latest'])).toBe('0x0')
    } finally {
      await anvil.stop()
    }
  })
})
