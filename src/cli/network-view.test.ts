import { expect, test } from 'vitest'
import type { NodeReport } from '../gateway/status-report.ts'
import { networkLine } from './network-view.ts'

const node = (more: Partial<NodeReport>): NodeReport => ({
  node: 'rpc.example.org',
  state: 'good',
  inUse: false,
  detail: null,
  again: null,
  latency: null,
  failures: 0,
  head: null,
  headAge: null,
  ...more,
})

test('says how many are good, which one is in use, and what is wrong with the others', () => {
  const nodes = [
    node({ state: 'limited', again: 11_400 }),
    node({ node: 'own.example.org', inUse: true, latency: 45, head: '1234', failures: 0.2 }),
    node({ node: 'c.example.org' }),
    node({ node: 'd.example.org', state: 'wrong-chain', detail: 'is on chain 1', again: 290_000 }),
  ]
  expect(networkLine({ network: 'ewc', nodes })).toBe(
    'ewc: 2 of 4 nodes good (own.example.org in use, 45 ms, block 1234, 20 % of requests fail); ' +
      'rpc.example.org: too many requests, again in 12 s; d.example.org: is on chain 1, again in 5 min',
  )
})

test('before the first request nothing is claimed', () => {
  expect(networkLine({ network: 'ewc', nodes: [node({ state: 'unknown' })] })).toBe(
    'ewc: no node was asked yet',
  )
})
