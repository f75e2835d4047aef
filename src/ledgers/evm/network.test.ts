import { describe, expect, test } from 'vitest'
import { answersFrom, faultyFetch } from '../../testing/rpc-faults.ts'
import { EvmNetwork, type EvmNetworkOptions } from './network.ts'
import { networkPresets } from './presets.ts'

const now = 1_800_000_000_000
const hash = `0x${'ab'.repeat(32)}`
const realClock = { now: () => now, monotonic: () => 0, after: () => () => undefined }

function nodeOf(overrides: Readonly<Record<string, (params: readonly unknown[]) => unknown>> = {}) {
  return faultyFetch(
    answersFrom({
      eth_chainId: () => '0xf6',
      eth_syncing: () => false,
      eth_getBlockByNumber: () => ({ number: '0x10', hash, timestamp: `0x${(now / 1000 - 5).toString(16)}` }),
      ...overrides,
    }),
  )
}

function open(fetch: typeof globalThis.fetch, options: Partial<EvmNetworkOptions> = {}) {
  const preset = networkPresets.energyweb
  return EvmNetwork.open({
    name: 'ewc',
    ...preset,
    rpc: ['http://node.invalid'],
    realClock,
    fetch,
    ...options,
  })
}

describe('a network is ready', () => {
  test('when its node is on the chain and synced', async () => {
    const network = await open(nodeOf().fetch)
    expect(await network.ready()).toMatchObject({ number: 16n, hash })
  })

  test('never on another chain', async () => {
    const network = await open(nodeOf({ eth_chainId: () => '0x12047' }).fetch)
    await expect(network.ready()).rejects.toMatchObject({
      code: 'network-wrong-chain',
      message: expect.stringContaining('73799'),
    })
  })

  test('not while the node says that it is syncing', async () => {
    const network = await open(nodeOf({ eth_syncing: () => ({ currentBlock: '0x1' }) }).fetch)
    await expect(network.ready()).rejects.toMatchObject({ code: 'network-not-synced', retryable: true })
  })

  test('not when the newest block is old, whatever the node says of itself (U13)', async () => {
    // Fails when `ready` asks eth_syncing only.
    const old = () => ({ number: '0x10', hash, timestamp: `0x${(now / 1000 - 600).toString(16)}` })
    const network = await open(nodeOf({ eth_getBlockByNumber: old }).fetch)
    await expect(network.ready()).rejects.toMatchObject({
      code: 'network-not-synced',
      message: expect.stringContaining('600 s old'),
    })
  })

  test('not when the newest block lies in the future', async () => {
    const ahead = () => ({ number: '0x10', hash, timestamp: `0x${(now / 1000 + 900).toString(16)}` })
    const network = await open(nodeOf({ eth_getBlockByNumber: ahead }).fetch)
    await expect(network.ready()).rejects.toThrow(/in the future/)
  })

  test('not on malformed answers', async () => {
    for (const block of [null, 7, { number: 'x' }, { number: '0x1', hash: '0x12', timestamp: '0x1' }]) {
      const network = await open(nodeOf({ eth_getBlockByNumber: () => block }).fetch)
      await expect(network.ready()).rejects.toMatchObject({ retryable: true })
    }
  })
})

describe('requests', () => {
  test('batches are matched by id, in any order', async () => {
    const shuffled: typeof fetch = async (_, init) => {
      const calls = JSON.parse(String(init?.body)) as { id: number; params: unknown[] }[]
      return Response.json(calls.map(({ id, params }) => ({ id, result: params[0] })).reverse())
    }
    const network = await open(shuffled)
    const calls = [1, 2, 3].map(value => ({ method: 'echo', params: [value] }))
    expect(await network.results(calls)).toEqual([1, 2, 3])
  })

  test('a node without batches is asked one by one from then on', async () => {
    const bodies: unknown[] = []
    const single: typeof fetch = async (_, init) => {
      const body = JSON.parse(String(init?.body)) as { id: number; params: unknown[] } | unknown[]
      bodies.push(body)
      if (Array.isArray(body))
        return Response.json({ id: null, error: { code: -32600, message: 'no batches' } })
      return Response.json({ id: body.id, result: body.params[0] })
    }
    const network = await open(single)
    const calls = [1, 2, 3].map(value => ({ method: 'echo', params: [value] }))
    expect(await network.results(calls)).toEqual([1, 2, 3])
    expect(await network.results(calls)).toEqual([1, 2, 3])
    expect(bodies.filter(Array.isArray)).toHaveLength(1)
  })

  test('an answer that is left out is no answer', async () => {
    const short: typeof fetch = async (_, init) => {
      const [first] = JSON.parse(String(init?.body)) as { id: number }[]
      return Response.json([{ id: first?.id, result: 1 }])
    }
    const network = await open(short)
    await expect(network.results([1, 2].map(() => ({ method: 'echo', params: [] })))).rejects.toThrow(
      /without an answer/,
    )
  })

  test.each([
    ['a page', () => new Response('<html>', { status: 200 }), /not JSON/],
    ['a status', () => new Response('sorry', { status: 503 }), /status 503/],
    ['nothing', () => new Response(null), /not JSON/],
    ['a refusal', () => Promise.reject(new TypeError('fetch failed')), /can't be reached/],
  ])('%s instead of JSON-RPC is an unreachable node', async (_, answer, text) => {
    const network = await open(async () => answer())
    const failure = await network.ready().catch(error => error)
    expect(failure).toMatchObject({ code: 'network-unreachable', retryable: true })
    expect(failure.message).toMatch(text)
  })

  test('the next node is asked after one failed, and its chain is checked', async () => {
    const node = nodeOf()
    const asked: string[] = []
    const picky: typeof fetch = async (input, init) => {
      asked.push(String(input))
      if (String(input).includes('first')) throw new TypeError('fetch failed')
      return node.fetch(input, init)
    }
    const network = await open(picky, { rpc: ['http://first.invalid', 'http://second.invalid'] })
    expect(await network.ready()).toMatchObject({ number: 16n })
    expect(asked).toEqual(['http://first.invalid/', 'http://second.invalid/'])
  })

  test.each([
    ['on another chain', { eth_chainId: () => '0x1' }],
    ['that still syncs', { eth_syncing: () => ({}) }],
  ])('a node %s stands before no other one', async (_, overrides) => {
    // Fails when readyWith ends at the first node that is of no use.
    const [good, bad] = [nodeOf(), nodeOf(overrides)]
    let down = true
    const picky: typeof fetch = async (input, init) => {
      if (String(input).includes('bad')) return bad.fetch(input, init)
      if (down) throw new TypeError('fetch failed')
      return good.fetch(input, init)
    }
    const network = await open(picky, { rpc: ['http://good.invalid', 'http://bad.invalid'] })
    await expect(network.ready()).rejects.toMatchObject({
      code: expect.stringMatching(/^network-(unreachable|not-synced)/),
      message: expect.stringMatching(/none of 2 nodes is of use: good.invalid .*; bad.invalid /),
    })
    down = false
    expect(await network.ready()).toMatchObject({ number: 16n })
  })

  test('messages never show user, password, path or query of a URL', async () => {
    let header: string | null = null
    const failing: typeof fetch = async (_, init) => {
      header = new Headers(init?.headers).get('authorization')
      throw new TypeError('fetch failed')
    }
    const network = await open(failing, { rpc: ['https://user:secret@node.invalid/v3/apikey?token=hidden'] })
    const failure = await network.ready().catch(error => error)
    expect(header).toBe(`Basic ${btoa('user:secret')}`)
    const shown = JSON.stringify([failure.message, failure.hint, String(failure.cause), failure.stack])
    expect(shown).not.toMatch(/secret|apikey|hidden/)
  })

  test('a node that never answers ends at the limit', async () => {
    const hanging: typeof fetch = (_, init) =>
      new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
    const network = await open(hanging, { timeout: 30 })
    await expect(network.ready()).rejects.toThrow(/no answer within 30 ms/)
  })
})
