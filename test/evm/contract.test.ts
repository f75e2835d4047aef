import { createPublicClient, defineChain, parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { type EvmContract, EvmError, type EvmNetwork, type Signer } from '../../src/evm.ts'
import { type Anvil, startAnvil } from '../../src/testing/anvil.ts'
import { faultyFetch } from '../../src/testing/rpc-faults.ts'
import { bytecode, deployProbe, key, networkOf, probeAbi, signerOf } from './probe.ts'

let anvil: Anvil
let network: EvmNetwork
let signer: Signer
let contract: Awaited<ReturnType<typeof deployProbe>>
const soon = { pollEvery: 50 }

beforeAll(async () => {
  anvil = await startAnvil({ blockTime: 1 })
  network = await networkOf(anvil.url)
  signer = await signerOf(anvil, 1)
  contract = await deployProbe(network, anvil)
})
afterAll(() => anvil?.stop())

const account = (index: number) => anvil.accounts[index]?.address ?? '0x'

describe('call', () => {
  test('one value comes as it is, several by their names, none of them as nothing', async () => {
    expect(await contract.call('sum', [1n, 2n])).toBe(3n)
    expect(await contract.call('sum', [5n])).toBe(5n)
    expect(await contract.call('nothing')).toBeUndefined()
    const state = await contract.call('state', [key('a')])
    expect(state).toEqual({ value: 0n, by: account(3), place: { region: key('a'), latitude: -7n } })
    expect(await contract.call('pair')).toEqual([7n, true])
  })

  test('the compiler knows names, arguments and answers', () => {
    const typed = async () => {
      expectTypeOf(await contract.call('writes')).toEqualTypeOf<bigint>()
      expectTypeOf(await contract.call('pair')).toEqualTypeOf<readonly [bigint, boolean]>()
      expectTypeOf(await contract.call('nothing')).toEqualTypeOf<undefined>()
      const { value, by, place } = await contract.call('state', [key('a')])
      expectTypeOf(value).toEqualTypeOf<bigint>()
      expectTypeOf(by).toEqualTypeOf<`0x${string}`>()
      expectTypeOf(place).toEqualTypeOf<{ region: `0x${string}`; latitude: bigint }>()
      // @ts-expect-error -- it is no view
      await contract.call('count')
      // @ts-expect-error -- a number is no key
      await contract.call('valueOf', [5n])
      // @ts-expect-error -- arguments are missing
      await contract.call('valueOf')
      // @ts-expect-error -- it is a view
      await contract.sendRaw('writes', [], { signer })
      // @ts-expect-error -- nobody signs it
      await contract.sendRaw('count', [])
      const events = contract.createEventFilter({ event: 'Written', args: { key: key('a') } })
      for await (const { args } of events) expectTypeOf(args.paid).toEqualTypeOf<bigint>()
      // @ts-expect-error -- there is no such event
      contract.createEventFilter({ event: 'Wrote' })
    }
    expect(typed).toBeTypeOf('function')
  })

  test('an ABI that the compiler does not know still works, untyped', async () => {
    const lines: readonly string[] = [...probeAbi]
    const untyped = await network.contract({ address: contract.address, abi: lines })
    const answer: unknown = await untyped.call('sum', [4n, 5n])
    expect(answer).toBe(9n)
    const json = await network.contract({ address: contract.address, abi: contract.abi })
    expect(await json.call('sum', [4n])).toBe(4n)
  })

  test('as of a block, and by an account', async () => {
    const { block } = await (await contract.sendRaw('write', [key('past'), 1n], { signer })).wait(soon)
    await (await contract.sendRaw('write', [key('past'), 2n], { signer })).wait(soon)
    expect(await contract.call('valueOf', [key('past')])).toBe(2n)
    expect(await contract.call('valueOf', [key('past')], { block })).toBe(1n)
    expect(await contract.call('whoAsks', [], { from: account(5) })).toBe(account(5))
  })

  test('where no contract is, that is said', async () => {
    const nowhere = await network.contract({ address: account(9), abi: probeAbi })
    await expect(nowhere.call('writes')).rejects.toMatchObject({ code: 'abi-invalid' })
    await expect(network.contract({ address: '0x12', abi: probeAbi })).rejects.toMatchObject({
      code: 'argument-invalid',
    })
    await expect(network.contract({ address: account(9), abi: ['func x()'] })).rejects.toMatchObject({
      code: 'abi-invalid',
    })
  })
})

describe('sendRaw and send', () => {
  test.each(['legacy', 'eip1559'] as const)(
    '%s: signed here, with coins along, and the event read',
    async type => {
      const fees = { type, floor: 1n, cap: 10n ** 12n, tip: 1n } as const
      const paying = await (await networkOf(anvil.url, { fees })).contract({
        address: contract.address,
        abi: probeAbi,
      })
      const sent = await paying.sendRaw('write', [key(type), 5n], { signer, value: 77n })
      const mined = await sent.wait(soon)
      expect(mined).toMatchObject({ hash: sent.hash, events: [{ eventName: 'Written' }] })
      expect(mined.events[0]?.args).toEqual({ by: account(1), key: key(type), value: 5n, paid: 77n })
      const transaction = await anvil.rpc('eth_getTransactionByHash', [sent.hash])
      expect(transaction).toMatchObject({ type: type === 'legacy' ? '0x0' : '0x2', value: '0x4d' })
    },
  )

  test('by an account that the node holds', async () => {
    const sent = await contract.send('write', [key('held'), 6n], { from: account(4), value: 1n })
    const { events } = await sent.wait(soon)
    expect(events[0]?.args).toMatchObject({ by: account(4), value: 6n, paid: 1n })
  })

  test('many at once by one account: each has its nonce and none is lost', async () => {
    const before = await contract.call('writes')
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => contract.sendRaw('count', [], { signer })),
    )
    const mined = await Promise.all(sent.map(one => one.wait({ ...soon, confirmations: 2 })))
    expect(new Set(mined.map(({ hash }) => hash)).size).toBe(20)
    expect(await contract.call('writes')).toBe(before + 20n)
  })

  test('what would be refused is not sent, and says why', async () => {
    const count = await anvil.rpc('eth_getTransactionCount', [account(1), 'pending'])
    await expect(contract.sendRaw('countAt', [1_000n], { signer })).rejects.toMatchObject({
      code: 'transaction-reverted',
      revert: { kind: 'custom', name: 'TooLow', args: [1_000n, expect.anything()] },
    })
    expect(await anvil.rpc('eth_getTransactionCount', [account(1), 'pending'])).toBe(count)
  })

  test('what was refused in its block says why, too', async () => {
    const wrong = (await contract.call('writes')) + 9n
    const sent = await contract.sendRaw('countAt', [wrong], { signer, gas: 100_000n })
    const failure = await sent.wait(soon).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(EvmError)
    expect(failure).toMatchObject({
      code: 'transaction-reverted',
      revert: { name: 'TooLow', args: [wrong, wrong - 9n] },
    })
  })

  test('an estimate has a margin, and a cap', async () => {
    const gas = await contract.estimate('count', [], { signer })
    expect(gas).toBeGreaterThan(30_000n)
    expect(gas).toBeLessThan(60_000n)
    await expect(contract.estimate('count', [], { signer, gasCap: 21_000n })).rejects.toMatchObject({
      code: 'transaction-refused',
    })
  })
})

describe('deploy', () => {
  test('a constructor that refuses says why', async () => {
    const args = [`0x${'0'.repeat(40)}`] as const
    await expect(network.deploy({ abi: probeAbi, bytecode, signer, args })).rejects.toMatchObject({
      code: 'transaction-reverted',
      revert: { kind: 'error', text: 'nobody owns it' },
    })
  })
})

describe('createEventFilter', () => {
  test('past and coming events, in order, by argument', async () => {
    const from = (await network.ready()).number
    const wanted = key('followed')
    const other = key('other')
    for (const value of [1n, 2n]) await contract.sendRaw('write', [wanted, value], { signer })
    await (await contract.sendRaw('write', [other, 3n], { signer })).wait(soon)
    const seen: bigint[] = []
    const filter = contract.createEventFilter({
      event: 'Written',
      args: { key: wanted },
      from,
      confirmations: 1,
      ...soon,
    })
    for await (const { args } of filter) {
      seen.push(args.value)
      if (seen.length === 2) await contract.sendRaw('write', [wanted, 4n], { signer })
      if (seen.length === 3) break
    }
    expect(seen).toEqual([1n, 2n, 4n])
  })

  test('a node that fails in the middle is asked again, for the same page, and its order does not matter', async () => {
    const from = (await network.ready()).number
    const wanted = key('patient')
    for (const value of [1n, 2n, 3n]) await contract.sendRaw('write', [wanted, value], { signer })
    await (await contract.sendRaw('write', [wanted, 4n], { signer })).wait(soon)
    const to = (await network.ready()).number
    const calls: string[] = []
    const node = faultyFetch(({ method }) => {
      if (method !== 'eth_getLogs') return 'pass'
      calls.push(method)
      return calls.length < 3 ? 'drop' : 'pass'
    })
    const flaky = await networkOf(anvil.url, { fetch: backwards(node.fetch) })
    const there = await flaky.contract({ address: contract.address, abi: probeAbi })
    const range = { from, to, confirmations: 1, ...soon }
    const events = there.createEventFilter({ event: 'Written', args: { key: wanted }, ...range })
    const seen = await Array.fromAsync(events, ({ args }) => args.value)
    expect(seen).toEqual([1n, 2n, 3n, 4n])
    expect(calls.length).toBeGreaterThan(2)
  })

  test('up to a block it ends; an aborted one stops', async () => {
    const to = (await network.ready()).number
    const events = contract.createEventFilter({ event: 'Written', from: 0n, to, confirmations: 1, ...soon })
    expect((await Array.fromAsync(events)).length).toBeGreaterThan(3)
    const { signal, abort } = withAbort()
    const endless = contract.createEventFilter({ event: 'Written', signal, ...soon })
    setTimeout(abort, 100)
    await expect(endless.next()).rejects.toMatchObject({ name: 'AbortError' })
  })
})

/** A node that tells logs the other way around. */
function backwards(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  const turned = (answer: { readonly result: unknown }) =>
    Array.isArray(answer.result) ? { ...answer, result: answer.result.toReversed() } : answer
  return async (input, init) => {
    const body: unknown = await (await fetch(input, init)).json()
    return Response.json(Array.isArray(body) ? body.map(turned) : turned(body as { result: unknown }))
  }
}

function withAbort() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

test('data of a call and back', () => {
  const data = contract.encode('write', [key('a'), 9n])
  expect(contract.decode(data)).toEqual({ functionName: 'write', args: [key('a'), 9n] })
  expect(() => contract.decode('0x12345678')).toThrow(expect.objectContaining({ code: 'abi-invalid' }))
})

test("viem's own client over these nodes", async () => {
  const chain = defineChain({
    id: 31337,
    name: 'local',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  })
  const client = createPublicClient({ chain, transport: await network.viemTransport() })
  expect(await client.getBalance({ address: account(8) })).toBe(parseEther('10000'))
  const { address, abi } = contract
  const call = client.readContract({
    address: address as `0x${string}`,
    abi,
    functionName: 'sum',
    args: [1n, 1n],
  })
  expect(await call).toBe(2n)
  const refused = client.simulateContract({
    address: address as `0x${string}`,
    abi,
    functionName: 'refuse',
    args: [0],
  })
  await expect(refused).rejects.toThrow('not the owner')
})

test('a contract of any ABI may be passed on as one', () => {
  expectTypeOf(contract).toExtend<{ address: string }>()
  const addressOf = (any: Pick<EvmContract, 'address'>) => any.address
  expect(addressOf(contract)).toBe(contract.address)
})
