import { EnergywebError, messageOf } from '../../core/errors.ts'
import { openNode } from '../../ledgers/evm/rpc-node.ts'
import { type NetworkPresetName, networkPresets } from '../../ledgers/index.ts'
import { addressTrouble } from '../../proof/address-text.ts'
import type { Prompts } from '../prompts.ts'

/** Where an asset's readings are registered, as it was answered. */
export interface AnsweredLedger {
  readonly network: string
  readonly preset: NetworkPresetName | undefined
  readonly chainId: bigint
  readonly rpc: string
  /** A registry that is there already; undefined: one of our own is to be deployed. */
  readonly registry: { readonly address: string; readonly assetId: bigint } | undefined
}

const own = 'another network'

/** Asks whether, and where, the readings are registered on a chain. */
export async function askLedger(prompts: Prompts): Promise<AnsweredLedger | undefined> {
  const wanted = await prompts.select({
    message: 'Where are its readings registered?',
    choices: [
      { value: 'nowhere', label: 'nowhere for now', hint: 'they are kept in the log' },
      { value: 'energyweb', label: 'Energy Web Chain' },
      { value: 'volta', label: 'Volta, its test network' },
      {
        value: 'local',
        label: 'a test chain on this machine',
        hint: 'like the one that `energyweb demo` starts',
      },
      { value: own, label: own },
    ],
  })
  if (wanted === 'nowhere') return undefined
  const preset = wanted === own ? undefined : wanted
  const network = preset === 'energyweb' ? 'ewc' : (preset ?? 'chain')
  const { rpc, chainId } = await askNode(prompts, { preset, network })
  const there = await prompts.select({
    message: 'Is there a registry (Origin release A) that it is to be registered in?',
    choices: [
      { value: 'no', label: 'no: deploy one of my own' },
      { value: 'yes', label: 'yes: I have its address' },
    ],
  })
  const registry = there === 'yes' ? await askRegistry(prompts) : undefined
  return { network, preset, chainId, rpc, registry }
}

async function askNode(prompts: Prompts, { preset, network }: Pick<AnsweredLedger, 'preset' | 'network'>) {
  for (;;) {
    const rpc = await prompts.text({
      message: 'Address of a node of that chain (JSON-RPC)',
      ...(preset !== undefined && { preset: networkPresets[preset].rpc[0] ?? '' }),
      validate: text => (/^https?:\/\/[^\s@]+$/.test(text) ? undefined : 'http://… or https://…'),
    })
    const expected = preset === undefined ? undefined : networkPresets[preset].chainId
    try {
      const chainId = await chainIdAt(rpc, network)
      if (expected === undefined || expected === chainId) return { rpc, chainId }
      prompts.say(`That node is on chain ${chainId}, and this network is chain ${expected}.`)
    } catch (error) {
      prompts.say(messageOf(error))
      const goOn =
        expected !== undefined &&
        (await prompts.confirm({ message: 'Write it down all the same?', preset: false }))
      if (goOn) return { rpc, chainId: expected }
    }
  }
}

async function chainIdAt(rpc: string, network: string): Promise<bigint> {
  const node = openNode({ url: rpc }, { network, timeout: 10_000 })
  const [given] = await node.batch([{ method: 'eth_chainId', params: [] }])
  const answer = given?.result
  if (typeof answer === 'string' && /^0x[0-9a-f]{1,16}$/i.test(answer)) return BigInt(answer)
  throw new EnergywebError('network-refused', 'what answers there is not a node of an EVM chain')
}

async function askRegistry(prompts: Prompts) {
  const address = await prompts.text({
    message: 'Address of the registry for this kind of asset',
    validate: text => addressTrouble(text.trim()),
  })
  const assetId = await prompts.text({
    message: 'Number of the asset there (ids begin at 0)',
    validate: text => (/^\d{1,78}$/.test(text.trim()) ? undefined : 'a whole number'),
  })
  return { address, assetId: BigInt(assetId) }
}
