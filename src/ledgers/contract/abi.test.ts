import fc from 'fast-check'
import { decodeFunctionData } from 'viem'
import { expect, test } from 'vitest'
import { isEnergywebError } from '../../core/errors.ts'
import { encodeCall, encodeDeployment, encodeTopics, readAbi } from './abi.ts'

const abi = readAbi([
  'constructor(address owner, uint256 cap)',
  'function rent(bytes32 id, uint32 duration, address token) payable',
  'function many((uint8 amount, address to)[] list, bytes[2] pair, bool) returns (uint256)',
  'function put(bytes data, string text)',
  'function price(uint256 id)',
  'function price(address user)',
  'event Rented(address indexed by, bytes32 indexed id, uint256 until)',
])
const account = `0x${'01'.repeat(20)}`
const id = `0x${'02'.repeat(32)}`

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (isEnergywebError(error, 'abi-invalid')) return error.message
    throw error
  }
  return 'nothing was wrong'
}

test.each<[string, readonly unknown[], string]>([
  ['rent', ['0x12', 1, account], 'rent: argument id is no bytes32: Size of bytes "0x12"'],
  ['rent', [id, 2 ** 32, account], 'rent: argument duration is no uint32: Number "4294967296"'],
  ['rent', [id, 1, '0x1'], 'rent: argument token is no address: Address "0x1" is invalid'],
  ['rent', [undefined, 1, account], 'rent: argument id is no bytes32: it is missing'],
  ['rent', [id, 1], 'rent takes (bytes32 id, uint32 duration, address token), and was given 2'],
  [
    'many',
    [
      [
        { amount: 1, to: account },
        { amount: 256, to: account },
      ],
      ['0x', '0x'],
      true,
    ],
    'argument list[1].amount is no uint8: ',
  ],
  ['many', [[[1, 'me']], ['0x', '0x'], true], 'argument list[0].to is no address: '],
  ['many', ['all', ['0x', '0x'], true], 'argument list is no tuple[]: it is no list'],
  ['many', [[7], ['0x', '0x'], true], 'argument list[0] is no tuple: it is no object'],
  ['many', [[], ['0x'], true], 'argument pair is no bytes[2]: its length is 1'],
  ['many', [[], ['0x', '0x'], 'yes'], 'argument 3 is no bool: Invalid boolean value'],
  ['put', ['hello', ''], 'put: argument data is no bytes: it is no hex with 0x'],
  ['put', ['0xzz', ''], 'put: argument data is no bytes: it has other than hex digits'],
  ['put', ['0x123', ''], 'put: argument data is no bytes: it has an odd number of hex digits'],
  ['price', [], 'price takes (uint256 id) or (address user), and was given 0'],
])('%s with %j: the argument that is wrong is named', (name, args, message) => {
  expect(messageOf(() => encodeCall(abi, name, args))).toContain(message)
})

test('of functions with one name nobody can say which argument is wrong, and it is refused all the same', () => {
  expect(messageOf(() => encodeCall(abi, 'price', ['mine']))).toContain('mine')
})

test('arguments of constructors and events are named, too', () => {
  expect(messageOf(() => encodeDeployment(abi, '0x60', [account, -1n]))).toContain(
    'the constructor: argument cap is no uint256: ',
  )
  expect(messageOf(() => encodeTopics(abi, 'Rented', { id, by: [account, '0x12'] }))).toContain(
    'event Rented: argument by is no address: Address "0x12" is invalid',
  )
})

test('what the ABI does not have is refused with what it has', () => {
  expect(messageOf(() => encodeCall(abi, 'prize', []))).toBe('the ABI has no function "prize"')
  expect(messageOf(() => encodeTopics(abi, 'Rent', {}))).toBe('the ABI has no event "Rent"')
})

test('an argument that no node looks for is refused, and not left out', () => {
  const counted = readAbi(['event Counted(uint32 indexed id, uint64 total)'])
  expect(encodeTopics(counted, 'Counted', { id: 3 })).toHaveLength(2)
  expect(() => encodeTopics(counted, 'Counted', { total: 5n })).toThrow("Counted can't be filtered by total")
  expect(() => encodeTopics(counted, 'Counted', { id: [] })).toThrow(
    "Counted can't be filtered by no id at all",
  )
})

test('the line of an ABI that can not be read is named', () => {
  const lines = ['struct A { uint8 b; }', 'function a() view returns (A)', 'functoin b(uint256)']
  expect(messageOf(() => readAbi(lines))).toBe(`can't read "functoin b(uint256)": Unknown signature`)
  expect(readAbi(lines.slice(0, 2))).toHaveLength(1)
})

const hex = (bytes: fc.Arbitrary<Uint8Array>) => bytes.map(one => `0x${Buffer.from(one).toString('hex')}`)
const address = hex(fc.uint8Array({ minLength: 20, maxLength: 20 }))
const bytes = hex(fc.uint8Array({ maxLength: 70 }))

test('what fits is taken, and comes back as it was', () => {
  const item = fc.record({ amount: fc.nat(255), to: address })
  const args = fc.tuple(fc.array(item, { maxLength: 4 }), fc.tuple(bytes, bytes), fc.boolean())
  fc.assert(
    fc.property(args, given => {
      const decoded = decodeFunctionData({ abi, data: encodeCall(abi, 'many', given) })
      expect(JSON.stringify(decoded.args).toLowerCase()).toBe(JSON.stringify(given))
    }),
  )
})
