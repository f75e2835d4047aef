import { encodeFunctionData } from 'viem'
import { expect, test } from 'vitest'
import { registryAbi } from './abi.ts'
import { linkText } from './link-text.ts'
import { linkOfCall, linkOfRead } from './read-link.ts'

const leafHash = `0x${'fb'.repeat(31)}01`
const text = '-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-wE'

const call = (link: string) =>
  encodeFunctionData({ abi: registryAbi, functionName: 'saveSmartMeterRead', args: [0n, 7n, link] })

test('the link is the leaf hash as entries write it: base64url, 43 characters', () => {
  expect(linkText(leafHash)).toBe(text)
  expect(text).toHaveLength(43)
})

test('it comes back out of the call, and out of no other', () => {
  expect(call(text).slice(0, 10)).toBe('0xab03248f')
  expect(linkOfCall(call(text))).toBe(text)
  expect(linkOfCall(call(''))).toBe('')
  expect(linkOfCall(`0x00000000${call(text).slice(10)}`)).toBe('')
  expect(linkOfCall(call(text).slice(0, 140))).toBe('')
})

test('of an event it is that of its transaction, if that one called the registry itself', async () => {
  const [address, transaction] = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(64)}`]
  const chain = (to: string) => ({ transaction: async () => ({ to, data: call(text) }) })
  const event = { address, transaction }
  expect(await linkOfRead(event, { chain: chain(address) })).toBe(text)
  expect(await linkOfRead(event, { chain: chain(`0x${'3'.repeat(40)}`) })).toBe('')
  const without = { transaction: async () => undefined }
  await expect(linkOfRead(event, { chain: without })).rejects.toMatchObject({ code: 'network-refused' })
})
