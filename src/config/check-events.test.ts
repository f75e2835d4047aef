import { expect, test } from 'vitest'
import { checkConfig } from './check-config.ts'
import { crossWarnings } from './cross-warnings.ts'
import { formatProblem } from './problem.ts'
import type { Config } from './schema.ts'

/** What is wrong with `on` of tasks; classes are missing throughout, that is left out. */
async function errorsOf(...ons: string[]): Promise<string[]> {
  const text = `energyweb: 1
networks: { ewc: { preset: energyweb } }
assets:
  - { name: roof, role: producer, channel: export, every: 15m, source: { kind: simulator, profile: solar, peak: 10 kW } }
tasks:
${ons.map(on => `  - { class: Plug, on: { ${on} } }`).join('\n')}
`
  const { errors } = await checkConfig('gateway.yml', { text })
  return errors.map(formatProblem).filter(line => !line.includes('no module is named'))
}

const address = `address: '0x5FbDB2315678afecb367f032d93F642f64180aa3'`
const event = `event: 'Rented(bytes32 indexed id, address user, uint64 until)'`

test('an event, its network and contract are enough', async () => {
  expect(await errorsOf(`${event}, network: ewc, ${address}`)).toEqual([])
})

test('arguments are checked by their types; numbers may be text', async () => {
  const transfer = `event: 'Transfer(address indexed to, uint256 indexed id)', network: ewc, ${address}`
  expect(await errorsOf(`${transfer}, args: { id: ['1', 2] }`)).toEqual([])
  expect(await errorsOf(`${transfer}, args: { id: one }`)).toEqual([
    'gateway.yml:6:160: tasks[0].on.args: id is "one", not a whole number',
  ])
  expect(await errorsOf(`${transfer}, args: { to: '0x12' }`)).toEqual([
    expect.stringMatching(
      /^gateway.yml:6:160: tasks\[0\].on.args: Transfer can't be filtered so: Address "0x12"/,
    ),
  ])
  expect(await errorsOf(`${event}, network: ewc, ${address}, args: { user: '0x12' }`)).toEqual([
    expect.stringContaining(`Rented can't be filtered by user: its indexed arguments are id`),
  ])
})

test.each([
  [
    'an unknown network',
    `${event}, network: ecw, ${address}`,
    ['there is no "ecw" in networks; did you mean "ewc"?'],
  ],
  [
    'an event that is none',
    `event: 'Rented(bytes33 id)', network: ewc, ${address}`,
    [`tasks[0].on.event: can't read "event Rented(bytes33 id)"`],
  ],
  [
    'an anonymous event',
    `event: 'Rented(bytes32 id) anonymous', network: ewc, ${address}`,
    ['tasks[0].on.event'],
  ],
  [
    'one of several that is none',
    `event: ['Rented(bytes32 id)', 'Returned(bytes32'], network: ewc, ${address}`,
    [`tasks[0].on.event[1]: can't read`],
  ],
  ['an address that is none', `${event}, network: ewc, address: '0x12'`, ['on.address']],
  [
    'a word that is none',
    `${event}, network: ewc, ${address}, confirmation: 1`,
    ['did you mean "confirmations"?'],
  ],
])('%s is told', async (_, on, expected) => {
  const errors = await errorsOf(on)
  expect(errors).toEqual(expected.map(text => expect.stringContaining(text)))
})

test('two tasks of one class on the same events would share them', async () => {
  const on = `${event}, network: ewc, ${address}`
  expect(await errorsOf(on, on)).toEqual([
    'gateway.yml:7:24: tasks[1].on: tasks[0] runs on the same events already',
  ])
})

test('a network that only a task waits at is used', () => {
  const on = { event: 'Rented(bytes32 indexed id)', network: 'ewc' }
  const networks = { ewc: { preset: 'energyweb' }, volta: { preset: 'volta' } }
  // Only what warnings look at; without its class the configuration would have an error, and no warnings.
  const config = { networks, assets: [], tasks: [{ class: 'Plug', on }] } as unknown as Config
  expect(crossWarnings(config).map(({ path }) => path)).toEqual([['networks', 'volta']])
})
