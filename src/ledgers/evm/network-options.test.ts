import { describe, expect, test } from 'vitest'
import { settleNetworkOptions } from './network-options.ts'
import { networkPresets } from './presets.ts'

describe('what a network is by default', () => {
  test('a preset of ours', async () => {
    expect(await settleNetworkOptions({ preset: 'volta' })).toEqual({
      preset: 'volta',
      name: 'volta',
      ...networkPresets.volta,
    })
  })

  test('the same by its chain id', async () => {
    expect(await settleNetworkOptions({ chainId: 246n })).toMatchObject(networkPresets.energyweb)
    expect(await settleNetworkOptions({ preset: 73799 })).toMatchObject(networkPresets.volta)
  })

  test.each(['base', 8453, 8453n])('any that viem knows: %s', async preset => {
    const { chainId, rpc, confirmations, fees } = await settleNetworkOptions({ preset })
    expect({ chainId, confirmations, type: fees.type }).toEqual({
      chainId: 8453n,
      confirmations: 12,
      type: 'eip1559',
    })
    expect(rpc[0]).toMatch(/^https:/)
  })

  test('a chain that nobody knows, by its nodes', async () => {
    const rpc = ['http://127.0.0.1:1']
    const settled = await settleNetworkOptions({ chainId: 987_654_321n, rpc })
    const { confirmations, fees, headAge } = networkPresets.energyweb
    expect(settled).toMatchObject({ name: 'chain 987654321', rpc, confirmations, fees, headAge })
  })

  test('what is said overrides what is known', async () => {
    const options = { preset: 'energyweb', rpc: ['http://127.0.0.1:1'], confirmations: 3, name: 'mine' }
    expect(await settleNetworkOptions(options)).toMatchObject({ ...options, chainId: 246n })
  })

  test.each([
    [{}, 'needs a `preset` or a `chainId`'],
    [{ preset: 'atlantis' }, 'expected one of'],
    [{ preset: 'tobalaba' }, 'switched off in 2020'],
    [{ chainId: 987_654_321n }, 'nobody here knows'],
  ])('%o is refused', async (options, text) => {
    await expect(settleNetworkOptions(options)).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(text),
    })
  })
})
