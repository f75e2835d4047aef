import { describe, expect, test } from 'vitest'
import { answersFrom, faultyFetch } from '../../testing/rpc-faults.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { EvmNetwork, type EvmNetworkOptions } from './network.ts'
import { networkPresets } from './presets.ts'
import type { Fetch } from './rpc-calls.ts'

/** Nodes in virtual time, each under its own host name, each failing as a test wants. */
class Nodes {
  readonly clock = new VirtualClock()
  readonly asked: string[] = []
  readonly replies = new Map<string, () => Response>()
  readonly chains = new Map<string, string>()
  /** Milliseconds that a node's newest block is old, and its number. */
  readonly ages = new Map<string, number>()

  readonly fetch: Fetch = async (input, init) => {
    const { hostname } = new URL(String(input))
    this.asked.push(hostname)
    const reply = this.replies.get(hostname)
    if (reply !== undefined) return reply()
    const age = this.ages.get(hostname) ?? 1_000
    const seconds = Math.floor((this.clock.now() - age) / 1_000)
    const hex = (value: number) => `0x${value.toString(16)}`
    return faultyFetch(
      answersFrom({
        eth_chainId: () => this.chains.get(hostname) ?? '0xf6',
        eth_syncing: () => false,
        eth_getBlockByNumber: () => ({
          number: hex(seconds - 1_700_000_000),
          hash: `0x${'ab'.repeat(32)}`,
          timestamp: hex(seconds),
        }),
        echo: params => params[0],
      }),
    ).fetch(input, init)
  }

  open(options: Partial<EvmNetworkOptions> = {}): Promise<EvmNetwork> {
    return EvmNetwork.open({
      name: 'ewc',
      ...networkPresets.energyweb,
      rpc: ['http://first.invalid', 'http://second.invalid', 'http://third.invalid'],
      realClock: this.clock,
      random: () => 1,
      fetch: this.fetch,
      ...options,
    })
  }

  fail(host: string): void {
    this.replies.set(host, () => {
      throw new TypeError('fetch failed')
    })
  }

  take(): string[] {
    return this.asked.splice(0).map(host => host.replace('.invalid', ''))
  }
}

const inUse = (network: EvmNetwork) => network.status().nodes.find(node => node.inUse)?.node
const states = (network: EvmNetwork) => network.status().nodes.map(({ state }) => state)

/** Turns for so long, one every 5 s, with probes. */
async function turns(nodes: Nodes, network: EvmNetwork, milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 5_000) {
    await nodes.clock.advance(5_000)
    await network.ready()
    await network.probe()
  }
}

describe('failover', () => {
  test('stays with the node that took over until the first one was good for two minutes', async () => {
    // Fails when inOrder puts the first good node in front: a node that comes and goes would be used each time.
    const nodes = new Nodes()
    const network = await nodes.open()
    await network.ready()
    expect(inUse(network)).toBe('first.invalid')
    nodes.fail('first.invalid')
    await network.ready()
    expect(inUse(network)).toBe('second.invalid')
    nodes.replies.clear()
    await turns(nodes, network, 60_000)
    expect([inUse(network), states(network)]).toEqual(['second.invalid', ['good', 'good', 'good']])
    nodes.fail('first.invalid')
    await turns(nodes, network, 60_000)
    nodes.replies.clear()
    await turns(nodes, network, 100_000)
    expect(inUse(network)).toBe('second.invalid')
    await turns(nodes, network, 120_000)
    expect(inUse(network)).toBe('first.invalid')
  })

  test('a node that is down is asked less and less, and by probes only', async () => {
    const nodes = new Nodes()
    const network = await nodes.open()
    nodes.fail('first.invalid')
    await turns(nodes, network, 600_000)
    const asked = nodes.take().filter(host => host === 'first')
    expect(asked.length).toBeGreaterThan(5)
    expect(asked.length).toBeLessThan(16)
    const [first] = network.status().nodes
    expect(first).toMatchObject({ state: 'down', inUse: false, failures: 1 })
    expect(first?.again).toBeGreaterThan(0)
  })

  test('with all of them down all are asked at every turn: the pace is the caller’s', async () => {
    const nodes = new Nodes()
    const network = await nodes.open()
    for (const host of ['first', 'second', 'third']) nodes.fail(`${host}.invalid`)
    for (let i = 0; i < 9; i++) await network.ready().catch(error => error)
    nodes.take()
    await expect(network.ready()).rejects.toThrow(/none of 3 nodes is of use: .*first.*second.*third/)
    expect(nodes.take().sort()).toEqual(['first', 'second', 'third'])
    nodes.replies.delete('third.invalid')
    await network.ready()
    expect(inUse(network)).toBe('third.invalid')
  })

  test('a node on another chain is left alone, its chain is asked again later', async () => {
    const nodes = new Nodes()
    const network = await nodes.open()
    nodes.chains.set('first.invalid', '0x1')
    await network.ready()
    expect(network.status().nodes[0]).toMatchObject({ state: 'wrong-chain', detail: 'is on chain 1' })
    nodes.take()
    await turns(nodes, network, 240_000)
    expect(nodes.take()).not.toContain('first')
    nodes.chains.clear()
    await turns(nodes, network, 300_000)
    expect(inUse(network)).toBe('first.invalid')
  })

  test('a node that came back on another chain is found out before anything is asked of it', async () => {
    // Fails when a break does not take `verified` back.
    const nodes = new Nodes()
    const network = await nodes.open({ rpc: ['http://first.invalid'] })
    await network.ready()
    nodes.fail('first.invalid')
    await network.ready().catch(error => error)
    nodes.replies.clear()
    nodes.chains.set('first.invalid', '0x1')
    await expect(network.ready()).rejects.toMatchObject({ code: 'network-wrong-chain', retryable: false })
  })
})

describe('nodes at different heights', () => {
  test('one that is behind another is left for it', async () => {
    const nodes = new Nodes()
    const network = await nodes.open()
    await turns(nodes, network, 60_000)
    nodes.ages.set('first.invalid', 60_000)
    await network.ready()
    expect(inUse(network)).toBe('second.invalid')
    expect(network.status().nodes[0]).toMatchObject({
      state: 'behind',
      detail: expect.stringMatching(/^is \d+ s behind another node$/),
    })
    nodes.ages.clear()
    await turns(nodes, network, 200_000)
    expect(inUse(network)).toBe('first.invalid')
  })

  test('and is better than none', async () => {
    const nodes = new Nodes()
    const network = await nodes.open({ rpc: ['http://first.invalid', 'http://second.invalid'] })
    await turns(nodes, network, 60_000)
    nodes.ages.set('first.invalid', 60_000)
    nodes.fail('second.invalid')
    await network.ready()
    expect(inUse(network)).toBe('first.invalid')
  })
})

describe('limits', () => {
  test('a node that answers 429 is not asked before its time, and another one takes over', async () => {
    const nodes = new Nodes()
    const network = await nodes.open()
    nodes.replies.set(
      'first.invalid',
      () => new Response('slow down', { status: 429, headers: { 'retry-after': '12' } }),
    )
    await network.ready()
    expect(inUse(network)).toBe('second.invalid')
    expect(network.status().nodes[0]).toMatchObject({ state: 'limited', again: 12_000 })
    nodes.take()
    await turns(nodes, network, 10_000)
    expect(nodes.take()).not.toContain('first')
  })

  test('a single node that wants a long pause is not asked at all', async () => {
    const nodes = new Nodes()
    const network = await nodes.open({ rpc: ['http://first.invalid'] })
    const limited = () => new Response('', { status: 429, headers: { 'retry-after': '60' } })
    nodes.replies.set('first.invalid', limited)
    await expect(network.ready()).rejects.toThrow(/first.invalid answers "too many requests", again in 60 s/)
    nodes.take()
    await nodes.clock.advance(30_000)
    await expect(network.ready()).rejects.toThrow(/again in 30 s/)
    expect(nodes.take()).toEqual([])
    nodes.replies.clear()
    await nodes.clock.advance(30_000)
    await network.ready()
  })

  test('a short pause is waited for, and only what was limited is asked again', async () => {
    const nodes = new Nodes()
    const bodies: number[] = []
    let left = 1
    const fetch: Fetch = async (_, init) => {
      const calls = JSON.parse(String(init?.body)) as { id: number; params: unknown[] }[]
      const list = Array.isArray(calls) ? calls : [calls]
      bodies.push(list.length)
      const error = { code: -32005, message: 'rate limit exceeded' }
      const answers = list.map(({ id, params }) => ({
        id,
        ...(params[0] === 2 && left-- > 0 ? { error } : { result: params[0] }),
      }))
      return Response.json(Array.isArray(calls) ? answers : answers[0])
    }
    const network = await nodes.open({ rpc: ['http://first.invalid'], fetch })
    const results = network.results([1, 2, 3].map(value => ({ method: 'echo', params: [value] })))
    await nodes.clock.advance(2_000)
    expect(await results).toEqual([1, 2, 3])
    expect(bodies).toEqual([3, 1])
  })

  test('a configured rate is kept: each call of a batch counts', async () => {
    const nodes = new Nodes()
    const network = await nodes.open({
      rpc: [{ url: 'http://first.invalid', rate: { calls: 5, per: 1_000 } }],
    })
    const began = nodes.clock.monotonic()
    let done: number | undefined
    const results = network
      .results(Array.from({ length: 20 }, (_, i) => ({ method: 'echo', params: [i] })))
      .finally(() => {
        done = nodes.clock.monotonic() - began
      })
    await nodes.clock.advance(2_900)
    expect(done).toBeUndefined()
    await nodes.clock.advance(100)
    expect(await results).toHaveLength(20)
    expect(done).toBe(3_000)
  })

  test('a wait for the rate ends with the signal', async () => {
    const nodes = new Nodes()
    const network = await nodes.open({
      rpc: [{ url: 'http://first.invalid', rate: { calls: 1, per: 60_000 } }],
    })
    const stop = new AbortController()
    const calls = [1, 2].map(value => ({ method: 'echo', params: [value] }))
    const results = network.results(calls, { signal: stop.signal })
    stop.abort(new Error('the end'))
    await expect(results).rejects.toThrow('the end')
  })

  test('a batch that is too large for the node is halved until it is not', async () => {
    const nodes = new Nodes()
    const sizes: number[] = []
    const fetch: Fetch = async (_, init) => {
      const calls = JSON.parse(String(init?.body)) as { id: number; params: unknown[] }[]
      sizes.push(calls.length)
      // geth answers a list with the one error.
      if (calls.length > 10) {
        return Response.json([{ id: calls[0]?.id, error: { code: -32600, message: 'batch too large' } }])
      }
      return Response.json(calls.map(({ id, params }) => ({ id, result: params[0] })))
    }
    const network = await nodes.open({ rpc: ['http://first.invalid'], fetch })
    const calls = Array.from({ length: 40 }, (_, i) => ({ method: 'echo', params: [i] }))
    expect(await network.results(calls)).toEqual(calls.map((_, i) => i))
    expect(sizes).toEqual([40, 20, 10, 10, 10, 10])
  })
})

test('headers go to the node and never into a message or a status', async () => {
  const nodes = new Nodes()
  let seen: string | null = null
  const fetch: Fetch = async (_, init) => {
    seen = new Headers(init?.headers).get('x-api-key')
    throw new TypeError('fetch failed')
  }
  const settings = { url: 'https://u:p@first.invalid/v3/path-key', headers: { 'x-api-key': 'hidden' } }
  const network = await nodes.open({ rpc: [settings], fetch })
  const failure = await network.ready().catch(error => error)
  expect(seen).toBe('hidden')
  const shown = JSON.stringify([failure.message, failure.hint, network.status()], (_, value) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  expect(shown).toContain('first.invalid')
  expect(shown).not.toMatch(/hidden|path-key|u:p/)
})
