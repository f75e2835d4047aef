import { expect, test } from 'vitest'
import { isEnergywebError } from '../core/errors.ts'
import { checkConfig } from './check-config.ts'
import { formatProblem } from './problem.ts'

const address = '0x5FbDB2315678afecb367f032d93F642f64180aa3'

function configOf({
  log = 'log: { key: log, origin: gateway.example.org/roof }',
  ledgers = `{ mainnet: { kind: anchor, network: ewc, contract: '${address}', key: anchor, every: 1h } }`,
  report = '',
}: {
  log?: string
  ledgers?: string
  report?: string
}): string {
  return `energyweb: 1
${log}
keys:
  log: { env: LOG }
  anchor: { env: ANCHOR }
  twin: { env: ANCHOR }
  roof: { env: ROOF }
networks:
  ewc: { preset: energyweb }
ledgers: ${ledgers}
assets:
  - name: roof
    role: producer
    channel: export
    capacity: 10 kW
    every: 15m
    source: { kind: static }
    ${report}
`
}

async function errorsOf(text: string): Promise<readonly string[]> {
  const known = text.replace('kind: static', 'kind: simulator, profile: solar, peak: 10 kW')
  try {
    return (await checkConfig('gateway.yml', { text: known })).errors.map(formatProblem)
  } catch (error) {
    if (!isEnergywebError(error, 'config-invalid')) throw error
    return error.message.split('\n').slice(1)
  }
}

const origin = `origin: { kind: origin-a, network: ewc, producing: '${address}' }`
const anchor = (name: string, key: string) =>
  `${name}: { kind: anchor, network: ewc, contract: '${address}', key: ${key} }`

test('a log with an anchor is in order, and the ledger and its key count as used', async () => {
  const { errors, warnings } = await checkConfig('gateway.yml', {
    text: configOf({}).replace('kind: static', 'kind: simulator, profile: solar, peak: 10 kW'),
  })
  expect(errors).toEqual([])
  const unused = warnings.map(formatProblem).filter(text => text.includes('used nowhere'))
  expect(unused.map(text => text.split(': ')[1])).toEqual(['keys.twin', 'keys.roof'])
})

test.each([
  ['the log is not signed', { log: '' }, 'has nothing to anchor: checkpoints need log.key and log.origin'],
  ['the key is not there', { ledgers: `{ ${anchor('m', 'nokey')} }` }, 'there is no "nokey" in keys'],
  ["the key is the log's", { ledgers: `{ ${anchor('m', 'log')} }` }, '"log" signs the log'],
  [
    'two anchors share an account on one network, by whatever name',
    { ledgers: `{ ${anchor('m', 'anchor')}, ${anchor('n', 'twin')} }` },
    '"twin" signs for the ledger "m" already',
  ],
  [
    'an asset reports with the key',
    {
      ledgers: `{ ${origin}, ${anchor('m', 'roof')} }`,
      report: 'report: [{ ledger: origin, assetId: 0, key: roof }]',
    },
    '"roof" signs for the asset "roof" already',
  ],
  [
    'an asset reports to it',
    { ledgers: `{ ${anchor('m', 'anchor')} }`, report: 'report: [{ ledger: m, assetId: 0, key: roof }]' },
    '"m" anchors the log: no asset reports to it',
  ],
  [
    'a registry is given in place of the contract',
    { ledgers: `{ m: { kind: anchor, network: ewc, producing: '${address}', key: anchor } }` },
    'contract: is missing',
  ],
  ['the kind is misspelt', { ledgers: `{ m: { kind: ancor, network: ewc } }` }, 'did you mean "anchor"?'],
])('it is said where %s', async (_, options, message) => {
  expect((await errorsOf(configOf(options))).join('\n')).toContain(message)
})
