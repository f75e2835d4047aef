import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadAbiCodec } from '../../src/ledgers/defined/abi-codec.ts'
import { logsNearAny } from '../../src/ledgers/evm/find-logs.ts'
import { issuerAbi } from '../../src/ledgers/issuer/abi.ts'
import { faultyFetch } from '../../src/testing/rpc-faults.ts'
import { IssuerWorld, requestBytes } from './issuer-world.ts'

/* A line whose registrations are told by events of several kinds, at a node that lets those of one be searched in few blocks. */

let world: IssuerWorld
beforeAll(async () => {
  world = await IssuerWorld.open('double')
  const [owner, from] = [world.address('owner'), world.address('meter')]
  for (let i = 0; i < 6; i++) {
    await world.request('meter', requestBytes())
    await world.anvil.mine(7)
    await world.issuer.send('requestCertificationForBatch', [[requestBytes()], [owner]], { from })
  }
})
afterAll(() => world?.anvil.stop())

test.each(['up', 'down'])('each is found once on the way %s, and no block is left out', async way => {
  const codec = await loadAbiCodec()
  const { address } = world.issuer
  const [owner, operators] = [world.address('owner'), [world.address('buyer'), world.address('meter')]]
  const single = { eventName: 'CertificationRequested', args: { owner } }
  const batch = { eventName: 'CertificationRequestedBatch', args: { operator: operators } }
  const filters = [single, batch].map(query => ({ address, topics: codec.topics(issuerAbi, query) }))
  const [batchTopic] = filters[1]?.topics ?? []
  const { fetch } = faultyFetch(({ method, params }) => {
    if (method !== 'eth_getLogs' || !JSON.stringify(params).includes(String(batchTopic))) return 'pass'
    const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string }
    const isTooMuch = BigInt(toBlock) - BigInt(fromBlock) >= 10n
    return isTooMuch ? { error: { code: -32005, message: 'block range is limited to 10' } } : 'pass'
  })
  const network = await world.network({ fetch })
  const { number: head } = await network.ready()
  const step = way === 'up' ? 1n : -1n
  const [begin, limit] = way === 'up' ? [0n, head] : [head, 0n]
  const found: string[] = []
  for (let at = begin; at >= 0n && at <= head; ) {
    const { logs, searched } = await logsNearAny(network, filters, { at, limit })
    found.push(...logs.map(({ block, logIndex }) => `${block} ${logIndex}`))
    at = searched + step
  }
  expect(found).toHaveLength(12)
  expect(new Set(found).size).toBe(12)
})
