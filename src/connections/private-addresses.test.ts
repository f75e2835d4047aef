import { expect, test } from 'vitest'
import { addressLiteral, isLoopbackAddress, isPrivateAddress, isPublicAddress } from './private-addresses.ts'

test.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '64:ff9b::808:808', '::ffff:8.8.8.8', '172.32.0.1'])(
  '%s is public',
  address => {
    expect([isPublicAddress(address), isPrivateAddress(address)]).toEqual([true, false])
  },
)

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '192.168.0.1',
  '169.254.1.1',
  '::1',
  'fd00::1',
  'fe80::1%eth0',
  '::ffff:10.0.0.1',
])('%s is private', address => {
  expect([isPublicAddress(address), isPrivateAddress(address)]).toEqual([false, true])
})

test.each([
  '0.0.0.0',
  '100.64.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '64:ff9b::7f00:1',
  '64:ff9b::a00:1',
  '64:ff9b::192.168.0.1',
  '64:ff9b:1::808:808',
  '2001:db8::1',
  '2001::1',
  '2002:808:808::1',
  'ff02::1',
  'fec0::1',
  '::ffff:0:7f00:1',
  '::ffff:0:8.8.8.8',
  '64:ff9b::ffff:808:808',
  '64:ff9a::808:808',
  '100::1',
  '4000::1',
  '5f00::1',
  'e000::1',
  'meter.example',
  '',
])('%s is neither', address => {
  expect([isPublicAddress(address), isPrivateAddress(address)]).toEqual([false, false])
})

test('a literal loses its brackets and zone; a name is none', () => {
  expect(['[::1]', 'fe80::1%eth0', '10.0.0.1', 'meter'].map(addressLiteral)).toEqual([
    '::1',
    'fe80::1',
    '10.0.0.1',
    undefined,
  ])
})

test('only this machine is loopback', () => {
  expect(['127.9.9.9', '::1', '::ffff:127.0.0.1', '10.0.0.1', '0.0.0.0'].map(isLoopbackAddress)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
})
