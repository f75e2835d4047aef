import { expect, test } from 'vitest'
import { parseContractDescription } from './contract-description.ts'

const good = {
  contractDescription: 1,
  chainId: '246',
  contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  abi: [
    'event Counted(bytes32 indexed meter, uint256 total, bytes32 entry)',
    'function count(uint256 total)',
  ],
  event: 'Counted',
  total: 'event.total',
}
const parsed = (change: object) => parseContractDescription(JSON.stringify({ ...good, ...change }))

test('is read with what it leaves out', () => {
  expect(parsed({})).toMatchObject({
    chainId: 246n,
    contract: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
    unit: 1n,
    total: { of: 'event', path: ['total'] },
    entry: undefined,
  })
  expect(parsed({ unit: '1000', total: 'call.total', entry: 'event.entry' })).toMatchObject({ unit: 1_000n })
})

test.each<[object, string]>([
  [{ contractDescription: 2 }, 'contractDescription'],
  [{ more: 1 }, 'more'],
  [{ chainId: 246 }, 'chainId'],
  [{ contract: 'book' }, 'contract: an address'],
  [{ abi: ['event Counted('] }, 'abi:'],
  [{ abi: [{ type: 'event', name: 'Counted' }] }, 'abi.0'],
  [{ abi: [] }, 'abi'],
  [{ event: 'Named' }, 'has not just one event Named, but Counted'],
  [
    { abi: [...good.abi, 'event Counted(uint256 total)'] },
    'has not just one event Counted, but Counted, Counted',
  ],
  [{ total: 'total' }, 'total: write it like'],
  [{ total: 'event' }, 'total: write it like'],
  [{ raw: 'event.a-b' }, 'raw: write it like'],
  [{ unit: '0' }, 'unit'],
  [{ abi: good.abi.slice(0, 1), raw: 'call.total' }, 'abi: it has no function'],
])('%j is refused', (change, why) => {
  expect(() => parsed(change)).toThrow(
    expect.objectContaining({ code: 'argument-invalid', message: expect.stringContaining(why) }),
  )
})

test('what is no JSON is refused', () => {
  expect(() => parseContractDescription('abi: []')).toThrow('it is no description of a contract')
})
