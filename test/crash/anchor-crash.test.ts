import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, decodeEventLog, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLog } from '../../src/config/index.ts'
import { fromHex, toBase64url } from '../../src/core/bytes.ts'
import { anchorAbi, anchorBytecode } from '../../src/ledgers/anchor/generated/checkpoint-anchor.ts'
import { submissionFaultPoints } from '../../src/ledgers/index.ts'
import { checkLog } from '../../src/storage/index.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { type ChildOptions, runChild } from './run-child.ts'

/*
 * A gateway that anchors its log on two chains at once, ended with SIGKILL at each step of a submission, on the same data
 * folder and the same chains. At the end each chain has each size once, with the root of the log, and the log its receipt.
 */

interface Place {
  readonly name: string
  readonly chainId: number
  readonly anvil: Anvil
  readonly contract: Address
}

const folder = mkdtempSync(join(tmpdir(), 'energyweb-anchor-crash-'))
let places: readonly Place[]

beforeAll(async () => {
  places = await Promise.all([place('first', 31_337), place('second', 31_338)])
  writeFileSync(join(folder, 'energyweb.yml'), configuration())
})

afterAll(async () => {
  await Promise.all(places.map(({ anvil }) => anvil.stop()))
  rmSync(folder, { recursive: true, force: true })
})

async function place(name: string, chainId: number): Promise<Place> {
  const anvil = await startAnvil({ chainId })
  const transaction = { from: anvil.accounts[0]?.address, data: anchorBytecode }
  const hash = await anvil.rpc('eth_sendTransaction', [transaction])
  await anvil.mine()
  const receipt = await anvil.rpc('eth_getTransactionReceipt', [hash])
  return { name, chainId, anvil, contract: (receipt as { contractAddress: Address }).contractAddress }
}

function configuration(): string {
  const networks = places.map(
    ({ name, chainId, anvil }) =>
      `  ${name}: { preset: local, chainId: ${chainId}, rpc: ['${anvil.url}'], confirmations: 2 }`,
  )
  const ledgers = places.map(
    ({ name, contract }) =>
      `  anchor-${name}: { kind: anchor, network: ${name}, contract: '${contract}', key: anchor, every: 1s }`,
  )
  return `energyweb: 1
data: ./data
log: { key: log, origin: crash.invalid/anchor, checkpoint: 1s }
keys: { log: { env: LOG }, anchor: { env: ANCHOR } }
networks:
${networks.join('\n')}
ledgers:
${ledgers.join('\n')}
assets:
  - { name: house, role: consumer, channel: import, capacity: 5 kW, every: 500ms, source: { kind: simulator, profile: load, peak: 5 kW } }
`
}

const run = (options: Omit<ChildOptions, 'secrets'>) =>
  runChild(folder, {
    ...options,
    secrets: { LOG: '07'.repeat(32), ANCHOR: places[0]?.anvil.accounts[1]?.privateKey ?? '' },
  })

describe('a gateway that is killed while it anchors', () => {
  it.each(submissionFaultPoints.map((point, at) => ({ point, nth: 1 + (at % 2) })))(
    'dies at $point, passage $nth',
    async ({ point, nth }) => {
      const ended = await run({ fault: `${point}:${nth}` })
      expect(ended, ended.complaint).toMatchObject({ signal: 'SIGKILL' })
      expect(ended.milliseconds, `${point} was never passed`).toBeLessThan(39_000)
    },
    60_000,
  )

  it('has anchored each size once on each chain, and has its receipt', async () => {
    const drained = await run({ words: ['drain', '6000'], killAfter: 110_000 })
    expect(drained, drained.complaint).toMatchObject({ code: 0 })
    const log = await openLog({ folder: join(folder, 'data') })
    try {
      const receipts = await log.entries('gateway', { after: -1, limit: 1_000 })
      for (const { name, chainId, anvil, contract } of places) {
        const events = await eventsOf(anvil, contract)
        expect(events.length, name).toBeGreaterThan(2)
        // Sizes rise from one to the next, without a hole between the events.
        expect(events.map(({ previous }) => previous)).toEqual(
          [0, ...events.map(({ size }) => size)].slice(0, -1),
        )
        for (const { size, root } of events) {
          expect(root).toBe(toBase64url((await log.rootAt(size)) ?? new Uint8Array(0)))
        }
        const own = receipts.filter(({ document }) => document?.chainId === BigInt(chainId))
        expect(own.map(({ document }) => Number(document?.size))).toEqual(events.map(({ size }) => size))
        const count = await anvil.rpc('eth_getTransactionCount', [anvil.accounts[1]?.address, 'latest'])
        expect(Number(count), name).toBe(events.length)
      }
    } finally {
      await log.close()
    }
    expect(await checkLog({ folder: join(folder, 'data') })).toMatchObject({ ok: true, firstBad: undefined })
  }, 120_000)
})

async function eventsOf(anvil: Anvil, address: Address) {
  const logs = await anvil.rpc('eth_getLogs', [{ address, fromBlock: '0x0', toBlock: 'latest' }])
  return (logs as { topics: [Hex, ...Hex[]]; data: Hex }[]).map(({ topics, data }) => {
    const { args } = decodeEventLog({ abi: anchorAbi, topics, data })
    return {
      size: Number(args.size),
      previous: Number(args.previous),
      root: toBase64url(fromHex(args.root)),
    }
  })
}
